#include "tinytorch/kernels/dequantize_blocks/dequantize_blocks.h"

namespace tinytorch::kernels {

void dequantize_blocks_generic(const std::int8_t* codes, std::int64_t k, const float* scales, float* out) {
  for (std::int64_t p = 0; p < k; ++p) {
    for (std::int64_t c = 0; c < kDequantizeColumns; ++c) {
      out[p * kDequantizeColumns + c] = static_cast<float>(codes[p * kDequantizeColumns + c]) * scales[c];
    }
  }
}

std::span<const Row<DequantizeBlocksFunction>> dequantize_blocks_table() {
  static constexpr Row<DequantizeBlocksFunction> kTable[] = {
#if defined(__x86_64__)
    {Isa::avx512, dequantize_blocks_avx512},
    {Isa::avx2, dequantize_blocks_avx2},
#endif
    {Isa::generic, dequantize_blocks_generic},
  };
  return kTable;
}

void dequantize_blocks(const std::int8_t* codes, std::int64_t k, const float* scales, float* out) {
  choose(dequantize_blocks_table()).function(codes, k, scales, out);
}

}  // namespace tinytorch::kernels
