#include "tinytorch/kernels/pixels/pixels.h"

namespace tinytorch::kernels {

std::span<const Row<PixelsFunction>> pixels_table() {
  static constexpr Row<PixelsFunction> kTable[] = {
#if defined(__x86_64__)
    {Isa::avx512, normalize_pixels_avx512},
    {Isa::avx2, normalize_pixels_avx2},
#endif
    {Isa::generic, normalize_pixels_generic},
  };
  return kTable;
}

void normalize_pixels(const std::uint8_t* pixels, std::int64_t count, float scale, float shift, float* out) {
  choose(pixels_table()).function(pixels, count, scale, shift, out);
}

}  // namespace tinytorch::kernels
