#pragma once
// What the float kernels ask of AVX-512. For files compiled with its flags only: everything here is local to them.

#include <immintrin.h>

#include <xsimd/xsimd.hpp>

namespace tinytorch::kernels {
namespace {

struct Avx512 {
  using Batch = xsimd::batch<float, xsimd::avx512f>;

  /// x·y + z, rounded once (xsimd 8 multiplies and adds for this instruction set).
  static Batch fma(Batch x, Batch y, Batch z) { return _mm512_fmadd_ps(x, y, z); }

  /// Lane l of the result is the sum of the lanes of x[l], in the same order for every l (xsimd 8's haddp mixes up
  /// lanes for this instruction set).
  static Batch sums(const Batch* x) {
    __m512 four[4];  // four[q]: in each quarter of the register, partial sums of x[4q] .. x[4q + 3]
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      const __m512 a = x[4 * q], b = x[4 * q + 1], c = x[4 * q + 2], d = x[4 * q + 3];
      const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
      const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
      four[q] = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
    }
    return add_quarters(add_quarters(four[0], four[1]), add_quarters(four[2], four[3]));
  }

  /// The first `count` lanes only: the others are 0, or left alone, and their memory is not touched.
  static Batch load_first(const float* p, int count) { return _mm512_maskz_loadu_ps(first(count), p); }
  static void store_first(float* p, int count, Batch x) { _mm512_mask_storeu_ps(p, first(count), x); }

 private:
  static __mmask16 first(int count) { return static_cast<__mmask16>((1U << count) - 1); }
  static __m512 add_quarters(__m512 x, __m512 y) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(x, y, 0x88), _mm512_shuffle_f32x4(x, y, 0xdd));
  }
};

}  // namespace
}  // namespace tinytorch::kernels
