#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/data/dataset.h"
#include "tinytorch/kernels/pixels/pixels.h"

tinytorch::Normalization tinytorch::measure_normalization(const Dataset& data) {
  if (data.pixels.empty()) throw Error("[measure_normalization] " + data.name + ": no pixels");
  // STEP 1: add up the bytes and their squares in 64-bit integers: that is exact (MNIST's squares make 3 · 10¹¹).
  // STEP 2: the variance is the mean of the squares minus the square of the mean, in double.
  // STEP 3: pixels that are all equal have no spread to divide by. Both results are in units of 255.
  TT_TODO("07.2 normalize");
}

void tinytorch::kernels::normalize_pixels_generic(const std::uint8_t* pixels, std::int64_t count, float scale,
                                                  float shift, float* out) {
  // STEP 4: (pixel / 255 - mean) / std is one multiplication and one addition, which scale and shift hold.
  TT_TODO("07.2 normalize");
}
