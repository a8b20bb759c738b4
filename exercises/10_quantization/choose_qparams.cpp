#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/qparams.h"

tinytorch::QParams tinytorch::choose_qparams(float low, float high, Symmetry symmetry, CodeRange codes) {
  // STEP 1: refuse what is not a range: a bound that is NaN or Inf, or low above high.
  // STEP 2: if all values are one number, step by just that number: then it is exact. Otherwise widen the range until
  // it holds 0, and find the step in double (the width of the largest range is too large for a float).
  // STEP 3: a step too small for a normal float (0, above all) could not be divided by: then scale 1, zero point 0.
  // STEP 4: the zero point is the code of 0.0 on the grid of the scale that is stored, the float: rounded to even,
  // inside the codes. 0 if symmetric or constant.
  TT_TODO("10.1 choose_qparams");
}

std::vector<tinytorch::QParams> tinytorch::choose_qparams_per_channel(const Array& weight, CodeRange codes) {
  // STEP 5: refuse a weight that is empty or not finite (finite_range), or not a matrix.
  // STEP 6: an output channel is a row, in_features values beside each other in weight.values(): each gets the symmetric
  // scale that choose_qparams gives its range (a row of one number: that number).
  TT_TODO("10.1 choose_qparams");
}
