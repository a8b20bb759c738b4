#include <immintrin.h>

#include "tinytorch/kernels/qgemm/block_product.h"

namespace tinytorch::kernels {
namespace {

/// AVX-512 VNNI: one instruction multiplies 64 unsigned codes by signed weights and adds fours of them to 16 lanes,
/// exactly.
struct Vnni {
  static constexpr TileShape kShapes[] = {{2, 8}, {6, 4}};
  static constexpr int kVectorsOfGroup = 1;
  using Sums = __m512i;
  using Weights = __m512i;
  using Codes = __m512i;

  static Sums zero() { return _mm512_setzero_si512(); }
  static Weights weights(const std::int8_t* w) { return _mm512_load_si512(w); }
  static Codes codes(std::uint32_t four) { return _mm512_set1_epi32(static_cast<int>(four)); }
  static Sums add(Sums sums, Codes codes, Weights weights) { return _mm512_dpbusd_epi32(sums, codes, weights); }
  static Sums plus(Sums x, Sums y) { return _mm512_add_epi32(x, y); }
  static Sums load(const std::int32_t* at) { return _mm512_load_si512(at); }
  static void store(std::int32_t* at, Sums sums) { _mm512_store_si512(at, sums); }
  static void finish(const QgemmArgs& args, const Blocks& blocks, const SumsTile& tile) {
    finish_avx512(args, blocks, tile);
  }
};

}  // namespace

void qgemm_vnni(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept {
  run_block<Vnni>(args, weights, block);
}

}  // namespace tinytorch::kernels
