#include <immintrin.h>

#include "tinytorch/kernels/dequantize_blocks/dequantize_blocks.h"

void tinytorch::kernels::dequantize_blocks_avx512(const std::int8_t* codes, std::int64_t k, const float* scales,
                                                  float* out) noexcept {
  const __m512 scale = _mm512_loadu_ps(scales);
  for (std::int64_t p = 0; p < k; ++p, codes += kDequantizeColumns, out += kDequantizeColumns) {
    const __m512i row = _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes)));
    _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_cvtepi32_ps(row), scale));
  }
}
