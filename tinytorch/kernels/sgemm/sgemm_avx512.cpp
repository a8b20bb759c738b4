#include <immintrin.h>

#include "tinytorch/kernels/sgemm/sgemm_dots.h"
#include "tinytorch/kernels/sgemm/sgemm_panels.h"
#include "tinytorch/kernels/sgemm/transpose.h"

namespace tinytorch::kernels {
namespace {

struct Avx512 {
  using Batch = xsimd::batch<float, xsimd::avx512f>;
  static constexpr int kRows = 8, kVectors = 3;  // 24 sums, 3 values of B, and 1 of A in 32 registers

  /// x·y + z, rounded once (xsimd 8 multiplies and adds for this set).
  static Batch fma(Batch x, Batch y, Batch z) { return _mm512_fmadd_ps(x, y, z); }

  /// Lane l of the result is the sum of the lanes of x[l], always in the same order (xsimd 8's haddp mixes up lanes
  /// here).
  static Batch sums(const Batch* x) {
    __m512 four[4];  // four[q]: in each quarter of the register, partial sums of x[4q] .. x[4q + 3]
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      const __m512 a = x[4 * q], b = x[4 * q + 1], c = x[4 * q + 2], d = x[4 * q + 3];
      const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
      const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
      four[q] = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
    }
    const __m512 low = add_quarters(four[0], four[1]), high = add_quarters(four[2], four[3]);
    return add_quarters(low, high);
  }
  static __m512 add_quarters(__m512 x, __m512 y) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(x, y, 0x88), _mm512_shuffle_f32x4(x, y, 0xdd));
  }

  static Batch load_first(const float* p, int count) {
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1), p);
  }
  static void store_first(float* p, int count, Batch x) {
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1U << count) - 1), x);
  }
};

template <int kVectors>
constexpr TileFunction kTiles[] = {
    compute_tile<Avx512, 1, kVectors>, compute_tile<Avx512, 2, kVectors>, compute_tile<Avx512, 3, kVectors>,
    compute_tile<Avx512, 4, kVectors>, compute_tile<Avx512, 5, kVectors>, compute_tile<Avx512, 6, kVectors>,
    compute_tile<Avx512, 7, kVectors>, compute_tile<Avx512, 8, kVectors>,
};

template <>
TileFunction tile_function<Avx512>(int rows, int vectors) {
  return (vectors == 1 ? kTiles<1> : vectors == 2 ? kTiles<2> : kTiles<3>)[rows - 1];
}

}  // namespace

void sgemm_avx512(const SgemmArgs& args) noexcept { multiply<Avx512, 4>(args); }

}  // namespace tinytorch::kernels
