#include "tinytorch/kernels/pixels/pixels.h"

void tinytorch::kernels::normalize_pixels_generic(const std::uint8_t* pixels, std::int64_t count, float scale,
                                                  float shift, float* out) {
  // BEGIN SOLUTION
  // STEP 1: (pixel / 255 - mean) / std is one multiplication and one addition, which scale and shift hold.
  for (std::int64_t i = 0; i < count; ++i) out[i] = static_cast<float>(pixels[i]) * scale + shift;
  // END SOLUTION
}
