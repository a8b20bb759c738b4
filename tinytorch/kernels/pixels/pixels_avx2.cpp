#include "tinytorch/kernels/pixels/pixels.h"
#include "tinytorch/kernels/pixels/pixels_simd.h"

void tinytorch::kernels::normalize_pixels_avx2(const std::uint8_t* pixels, std::int64_t count, float scale, float shift,
                                               float* out) noexcept {
  normalize_all(pixels, count, scale, shift, out);
}
