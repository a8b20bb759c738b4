#pragma once
// Packing by transposition, 8x8 values at a time. xsimd has no shuffle for it. Included like sgemm_panels.h.

#include <immintrin.h>

#include <cstdint>

namespace tinytorch::kernels {
namespace {

/// out[p * width + j] = b[j * b_col + p]
inline void transpose_8x8(const float* b, std::int64_t b_col, float* out, std::int64_t width) {
  // Rows j and j + 4 share a register, so that what is left happens within halves of registers.
  __m256 pair[8];  // pair[q * 4 + j]: values 4q .. 4q + 3 of rows j and j + 4
#pragma GCC unroll 2
  for (int q = 0; q < 2; ++q) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      const __m256 low = _mm256_castps128_ps256(_mm_loadu_ps(b + j * b_col + 4 * q));
      pair[q * 4 + j] = _mm256_insertf128_ps(low, _mm_loadu_ps(b + (j + 4) * b_col + 4 * q), 1);
    }
  }
#pragma GCC unroll 2
  for (int q = 0; q < 2; ++q) {
    const __m256 s = _mm256_unpacklo_ps(pair[q * 4], pair[q * 4 + 1]),
                 t = _mm256_unpackhi_ps(pair[q * 4], pair[q * 4 + 1]);
    const __m256 u = _mm256_unpacklo_ps(pair[q * 4 + 2], pair[q * 4 + 3]),
                 v = _mm256_unpackhi_ps(pair[q * 4 + 2], pair[q * 4 + 3]);
    float* row = out + 4 * q * width;
    _mm256_storeu_ps(row, _mm256_shuffle_ps(s, u, 0x44));
    _mm256_storeu_ps(row + width, _mm256_shuffle_ps(s, u, 0xee));
    _mm256_storeu_ps(row + 2 * width, _mm256_shuffle_ps(t, v, 0x44));
    _mm256_storeu_ps(row + 3 * width, _mm256_shuffle_ps(t, v, 0xee));
  }
}

/// Packs k rows of `columns` values of a B whose columns are neighbours in memory; zeros fill up to `width`.
inline void pack_transposed(const float* b, std::int64_t b_col, std::int64_t k, int columns, int width, float* out) {
  int j = 0;
  for (; j + 8 <= columns; j += 8) {
    const float* from = b + j * b_col;
    std::int64_t p = 0;
    for (; p + 8 <= k; p += 8) transpose_8x8(from + p, b_col, out + p * width + j, width);
    for (; p < k; ++p) {
      for (int l = 0; l < 8; ++l) out[p * width + j + l] = from[l * b_col + p];
    }
  }
  for (std::int64_t p = 0; p < k; ++p) {
    for (int l = j; l < width; ++l) out[p * width + l] = l < columns ? b[l * b_col + p] : 0.0F;
  }
}

}  // namespace
}  // namespace tinytorch::kernels
