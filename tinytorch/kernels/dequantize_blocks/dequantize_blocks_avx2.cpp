#include <immintrin.h>

#include "tinytorch/kernels/dequantize_blocks/dequantize_blocks.h"

void tinytorch::kernels::dequantize_blocks_avx2(const std::int8_t* codes, std::int64_t k, const float* scales,
                                                float* out) noexcept {
  const __m256 low = _mm256_loadu_ps(scales), high = _mm256_loadu_ps(scales + 8);
  for (std::int64_t p = 0; p < k; ++p, codes += kDequantizeColumns, out += kDequantizeColumns) {
    const __m128i row = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes));
    const __m256 a = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(row));
    const __m256 b = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_srli_si128(row, 8)));
    _mm256_storeu_ps(out, _mm256_mul_ps(a, low));
    _mm256_storeu_ps(out + 8, _mm256_mul_ps(b, high));
  }
}
