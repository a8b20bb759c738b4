#include <immintrin.h>

#include "tinytorch/kernels/sgemm/sgemm_dots.h"
#include "tinytorch/kernels/sgemm/sgemm_panels.h"
#include "tinytorch/kernels/sgemm/transpose.h"

namespace tinytorch::kernels {
namespace {

struct Avx2 {
  using Batch = xsimd::batch<float, xsimd::fma3<xsimd::avx2>>;
  static constexpr int kRows = 6, kVectors = 2;  // 12 sums, 2 values of B, and 1 of A in 16 registers

  static Batch fma(Batch x, Batch y, Batch z) { return xsimd::fma(x, y, z); }
  static Batch sums(const Batch* x) { return xsimd::haddp(x); }
  static __m256i first(int count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  static Batch load_first(const float* p, int count) { return _mm256_maskload_ps(p, first(count)); }
  static void store_first(float* p, int count, Batch x) { _mm256_maskstore_ps(p, first(count), x); }
};

template <int kVectors>
constexpr TileFunction kTiles[] = {
    compute_tile<Avx2, 1, kVectors>, compute_tile<Avx2, 2, kVectors>, compute_tile<Avx2, 3, kVectors>,
    compute_tile<Avx2, 4, kVectors>, compute_tile<Avx2, 5, kVectors>, compute_tile<Avx2, 6, kVectors>,
};

template <>
TileFunction tile_function<Avx2>(int rows, int vectors) {
  return (vectors == 1 ? kTiles<1> : kTiles<2>)[rows - 1];
}

}  // namespace

void sgemm_avx2(const SgemmArgs& args) noexcept { multiply<Avx2, 2>(args); }

}  // namespace tinytorch::kernels
