#pragma once
// What the float kernels ask of AVX2 with FMA. For files compiled with its flags only: everything here is local to
// them.

#include <immintrin.h>

#include <xsimd/xsimd.hpp>

namespace tinytorch::kernels {
namespace {

struct Avx2 {
  using Batch = xsimd::batch<float, xsimd::fma3<xsimd::avx2>>;

  /// x·y + z, rounded once.
  static Batch fma(Batch x, Batch y, Batch z) { return xsimd::fma(x, y, z); }

  /// Lane l of the result is the sum of the lanes of x[l], in the same order for every l.
  static Batch sums(const Batch* x) { return xsimd::haddp(x); }

  /// The first `count` lanes only: the others are 0, or left alone, and their memory is not touched.
  static Batch load_first(const float* p, int count) { return _mm256_maskload_ps(p, first(count)); }
  static void store_first(float* p, int count, Batch x) { _mm256_maskstore_ps(p, first(count), x); }

 private:
  static __m256i first(int count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
};

}  // namespace
}  // namespace tinytorch::kernels
