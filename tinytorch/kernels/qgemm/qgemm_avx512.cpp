#include <immintrin.h>

#include "tinytorch/kernels/qgemm/block_product.h"

namespace tinytorch::kernels {
namespace {

/// AVX-512 without VNNI: products of unsigned and signed bytes (maddubs) saturate at 16 bits, so both are widened to 16
/// bits first, even and odd ones apart, and multiplied in pairs into 32: exact for every code.
struct Avx512 {
  struct Pairs {
    __m512i even, odd;
  };
  static constexpr TileShape kShapes[] = {{2, 8}, {5, 4}};
  static constexpr int kVectorsOfGroup = 1;
  using Sums = __m512i;
  using Weights = Pairs;
  using Codes = Pairs;

  static Sums zero() { return _mm512_setzero_si512(); }
  static Weights weights(const std::int8_t* w) {
    const __m512i four = _mm512_load_si512(w);
    return {_mm512_srai_epi16(_mm512_slli_epi16(four, 8), 8), _mm512_srai_epi16(four, 8)};
  }
  static Codes codes(std::uint32_t word) {
    const __m512i four = _mm512_set1_epi32(static_cast<int>(word));
    return {_mm512_and_si512(four, _mm512_set1_epi16(0xff)), _mm512_srli_epi16(four, 8)};
  }
  static Sums add(Sums sums, const Codes& codes, const Weights& weights) {
    sums = _mm512_add_epi32(sums, _mm512_madd_epi16(codes.even, weights.even));
    return _mm512_add_epi32(sums, _mm512_madd_epi16(codes.odd, weights.odd));
  }
  static Sums plus(Sums x, Sums y) { return _mm512_add_epi32(x, y); }
  static Sums load(const std::int32_t* at) { return _mm512_load_si512(at); }
  static void store(std::int32_t* at, Sums sums) { _mm512_store_si512(at, sums); }
  static void finish(const QgemmArgs& args, const Blocks& blocks, const SumsTile& tile) {
    finish_avx512(args, blocks, tile);
  }
};

}  // namespace

void qgemm_avx512(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept {
  run_block<Avx512>(args, weights, block);
}

}  // namespace tinytorch::kernels
