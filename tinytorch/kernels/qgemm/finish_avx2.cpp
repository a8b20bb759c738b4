#include <immintrin.h>

#include "tinytorch/kernels/qgemm/blocks.h"

namespace tinytorch::kernels {
namespace {

/// 8 columns of a tile, of which `count` exist: the constants of each column are loaded once, then every row passes.
struct Columns {
  const QgemmArgs& args;
  const SumsTile& tile;
  std::int64_t j, count;
  __m256i mask, weight_sums;

  __m256i share(std::int32_t zero) const { return _mm256_mullo_epi32(_mm256_set1_epi32(zero), weight_sums); }
  __m256i first_share() const { return share(args.a_zero_per_row ? 0 : args.a_zero[0]); }
  __m256i sums(std::int64_t r, __m256i once) const {
    const std::int32_t* from = tile.sums + r * tile.sums_row + (j - tile.j);
    const __m256i raw = _mm256_load_si256(reinterpret_cast<const __m256i*>(from));
    if (!args.a_zero_per_row) return _mm256_sub_epi32(raw, once);
    return _mm256_sub_epi32(raw, share(args.a_zero[tile.i + r]));
  }
  std::int64_t at(std::int64_t r) const { return (tile.i + r) * args.c_row + j; }

  void to_sums() const {
    const __m256i once = first_share();
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      _mm256_maskstore_epi32(static_cast<std::int32_t*>(args.c) + at(r), mask, sums(r, once));
    }
  }

  void to_reals() const {
    const __m256i once = first_share();
    const __m256 w_scale = _mm256_maskload_ps(args.w_scale + j, mask);
    const __m256 zero = _mm256_setzero_ps(), nothing = _mm256_set1_ps(-0.0F);  // x + -0 is x, for -0 too
    const __m256 bias = args.bias != nullptr ? _mm256_maskload_ps(args.bias + j, mask) : nothing;
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      const __m256 a_scale = _mm256_set1_ps(args.a_scale[args.a_zero_per_row ? tile.i + r : 0]);
      const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(sums(r, once)), _mm256_mul_ps(a_scale, w_scale));
      __m256 real = _mm256_add_ps(scaled, bias);
      if (args.relu) real = _mm256_max_ps(zero, real);
      _mm256_maskstore_ps(static_cast<float*>(args.c) + at(r), mask, real);
    }
  }

  void to_codes() const {
    const __m256i once = first_share();
    __m256i offset = _mm256_setzero_si256();
    if (args.offset != nullptr) offset = _mm256_maskload_epi32(args.offset + j, mask);
    const __m256 multiplier = _mm256_maskload_ps(args.multiplier + j, mask);
    const __m256 low = _mm256_set1_ps(static_cast<float>(args.lowest - args.zero_point));
    const __m256 high = _mm256_set1_ps(static_cast<float>(127 - args.zero_point));
    const __m256i zero_point = _mm256_set1_epi32(args.zero_point + 128);
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      const __m256i sum = _mm256_add_epi32(sums(r, once), offset);
      const __m256 steps = _mm256_mul_ps(_mm256_cvtepi32_ps(sum), multiplier);
      const __m256 inside = _mm256_min_ps(_mm256_max_ps(steps, low), high);
      const __m256i code = _mm256_add_epi32(_mm256_cvtps_epi32(inside), zero_point);
      store_codes(static_cast<std::uint8_t*>(args.c) + at(r), code);
    }
  }

  /// The low byte of 8 lanes, each in [0, 255].
  void store_codes(std::uint8_t* c, __m256i code) const {
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(code), _mm256_extracti128_si256(code, 1));
    const __m128i bytes = _mm_packus_epi16(words, words);
    if (count == 8) return _mm_storel_epi64(reinterpret_cast<__m128i*>(c), bytes);
    auto eight = static_cast<std::uint64_t>(_mm_cvtsi128_si64(bytes));
    for (std::int64_t x = 0; x < count; ++x, eight >>= 8) c[x] = static_cast<std::uint8_t>(eight);
  }
};

}  // namespace

void finish_avx2(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile) noexcept {
  for (std::int64_t x = 0; x < tile.columns; x += 8) {
    const std::int64_t count = tile.columns - x < 8 ? tile.columns - x : 8;
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes);
    const std::int64_t j = tile.j + x;
    const Columns columns{args, tile, j, count, mask, _mm256_maskload_epi32(weights.sums + j, mask)};
    switch (args.output) {
      case QgemmOutput::sums:
        columns.to_sums();
        break;
      case QgemmOutput::reals:
        columns.to_reals();
        break;
      case QgemmOutput::codes:
        columns.to_codes();
        break;
    }
  }
}

}  // namespace tinytorch::kernels
