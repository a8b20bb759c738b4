#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/adam/adam.h"

void tinytorch::kernels::adam_step_generic(const AdamArgs& args) {
  // STEP 1: m and v start at zero and lean towards it in the first steps; dividing by these takes the lean out.
  // STEP 2: weight decay: AdamW shrinks the weight itself, plain Adam adds to the gradient.
  // STEP 3: running means of the gradient and of its square.
  // STEP 4: a step of about lr whatever the gradient's size; epsilon keeps the division from exploding.
  TT_TODO("06.2 adam_step");
}
