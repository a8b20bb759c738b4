#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/data/dataset.h"
#include "tinytorch/kernels/pixels/pixels.h"

tinytorch::Normalization tinytorch::measure_normalization(const Dataset& data) {
  if (data.pixels.empty()) throw Error("[measure_normalization] " + data.name + ": no pixels");
  // BEGIN SOLUTION
  // STEP 1: add up the bytes and their squares in 64-bit integers: that is exact (MNIST's squares make 3 · 10¹¹).
  std::uint64_t sum = 0, squares = 0;
  for (const std::uint64_t pixel : data.pixels) {
    sum += pixel;
    squares += pixel * pixel;
  }
  // STEP 2: the variance is the mean of the squares minus the square of the mean, in double.
  const auto count = static_cast<double>(data.pixels.size());
  const double mean = static_cast<double>(sum) / count;
  const double variance = static_cast<double>(squares) / count - mean * mean;
  // STEP 3: pixels that are all equal have no spread to divide by. Both results are in units of 255.
  const double deviation = variance > 0 ? std::sqrt(variance) : 255;
  return {static_cast<float>(mean / 255), static_cast<float>(deviation / 255)};
  // END SOLUTION
}

void tinytorch::kernels::normalize_pixels_generic(const std::uint8_t* pixels, std::int64_t count, float scale,
                                                  float shift, float* out) {
  // BEGIN SOLUTION
  // STEP 4: (pixel / 255 - mean) / std is one multiplication and one addition, which scale and shift hold.
  for (std::int64_t i = 0; i < count; ++i) out[i] = static_cast<float>(pixels[i]) * scale + shift;
  // END SOLUTION
}
