#include <immintrin.h>

#include "tinytorch/kernels/qgemm/block_product.h"

namespace tinytorch::kernels {
namespace {

/// AVX2: products of unsigned and signed bytes (maddubs) saturate at 16 bits, so both are widened to 16 bits first,
/// even and odd ones apart, and multiplied in pairs into 32: exact for every code, and no slower than the tricks that
/// are not.
struct Avx2 {
  struct Pairs {
    __m256i even, odd;
  };
  static constexpr TileShape kShapes[] = {{2, 2}, {4, 1}};
  static constexpr int kVectorsOfGroup = 2;
  using Sums = __m256i;
  using Weights = Pairs;
  using Codes = Pairs;

  static Sums zero() { return _mm256_setzero_si256(); }
  static Weights weights(const std::int8_t* w) {
    const __m256i four = _mm256_load_si256(reinterpret_cast<const __m256i*>(w));
    return {_mm256_srai_epi16(_mm256_slli_epi16(four, 8), 8), _mm256_srai_epi16(four, 8)};
  }
  static Codes codes(std::uint32_t word) {
    const __m256i four = _mm256_set1_epi32(static_cast<int>(word));
    return {_mm256_and_si256(four, _mm256_set1_epi16(0xff)), _mm256_srli_epi16(four, 8)};
  }
  static Sums add(Sums sums, const Codes& codes, const Weights& weights) {
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(codes.even, weights.even));
    return _mm256_add_epi32(sums, _mm256_madd_epi16(codes.odd, weights.odd));
  }
  static Sums plus(Sums x, Sums y) { return _mm256_add_epi32(x, y); }
  static Sums load(const std::int32_t* at) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(at)); }
  static void store(std::int32_t* at, Sums sums) { _mm256_store_si256(reinterpret_cast<__m256i*>(at), sums); }
  static void finish(const QgemmArgs& args, const Blocks& blocks, const SumsTile& tile) {
    finish_avx2(args, blocks, tile);
  }
};

}  // namespace

void qgemm_avx2(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept {
  run_block<Avx2>(args, weights, block);
}

}  // namespace tinytorch::kernels
