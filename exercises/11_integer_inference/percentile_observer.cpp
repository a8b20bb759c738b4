#include <algorithm>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/observer.h"

tinytorch::Range tinytorch::percentile_range(const Histogram& histogram, double percentile) {
  // STEP 1: how many values may stay outside at each end: half of those that are not kept.
  // STEP 2: from the left, skip bins until one more would leave out too many. The bound lies inside that bin: as far in
  // as its share of values that may still be left out.
  // STEP 3: the same from the right.
  TT_TODO("11.1 percentile_observer");
}
