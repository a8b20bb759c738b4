#include <immintrin.h>

#include "tinytorch/kernels/qgemm/blocks.h"

namespace tinytorch::kernels {
namespace {

/// 16 columns of a tile: the constants of each column are loaded once, then every row passes.
struct Columns {
  const QgemmArgs& args;
  const SumsTile& tile;
  std::int64_t j;  ///< the first column
  __mmask16 mask;  ///< of columns that exist
  __m512i weight_sums;

  /// Row r's exact sums. A batch with one zero point has its share computed once, in `once`.
  __m512i sums(std::int64_t r, __m512i once) const {
    const __m512i raw = _mm512_load_si512(tile.sums + r * tile.sums_row + (j - tile.j));
    if (!args.a_zero_per_row) return _mm512_sub_epi32(raw, once);
    return _mm512_sub_epi32(raw, share(args.a_zero[tile.i + r]));
  }
  __m512i share(std::int32_t zero) const { return _mm512_mullo_epi32(_mm512_set1_epi32(zero), weight_sums); }
  __m512i first_share() const { return share(args.a_zero_per_row ? 0 : args.a_zero[0]); }

  std::int64_t at(std::int64_t r) const { return (tile.i + r) * args.c_row + j; }

  void to_sums() const {
    const __m512i once = first_share();
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      _mm512_mask_storeu_epi32(static_cast<std::int32_t*>(args.c) + at(r), mask, sums(r, once));
    }
  }

  void to_reals() const {
    const __m512i once = first_share();
    const __m512 w_scale = _mm512_maskz_loadu_ps(mask, args.w_scale + j);
    const __m512 zero = _mm512_setzero_ps(), nothing = _mm512_set1_ps(-0.0F);  // x + -0 is x, for -0 too
    const __m512 bias = args.bias != nullptr ? _mm512_maskz_loadu_ps(mask, args.bias + j) : nothing;
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      const __m512 a_scale = _mm512_set1_ps(args.a_scale[args.a_zero_per_row ? tile.i + r : 0]);
      const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sums(r, once)), _mm512_mul_ps(a_scale, w_scale));
      __m512 real = _mm512_add_ps(scaled, bias);
      if (args.relu) real = _mm512_max_ps(zero, real);
      _mm512_mask_storeu_ps(static_cast<float*>(args.c) + at(r), mask, real);
    }
  }

  void to_codes() const {
    __m512i once = first_share(), offset = _mm512_setzero_si512();
    if (args.offset != nullptr) offset = _mm512_maskz_loadu_epi32(mask, args.offset + j);
    once = _mm512_sub_epi32(once, offset);
    const __m512 multiplier = _mm512_maskz_loadu_ps(mask, args.multiplier + j);
    const __m512 low = _mm512_set1_ps(static_cast<float>(args.lowest - args.zero_point));
    const __m512 high = _mm512_set1_ps(static_cast<float>(127 - args.zero_point));
    const __m512i zero_point = _mm512_set1_epi32(args.zero_point + 128);
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      __m512i sum = sums(r, once);
      if (args.a_zero_per_row) sum = _mm512_add_epi32(sum, offset);
      const __m512 steps = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), multiplier);
      const __m512 inside = _mm512_min_ps(_mm512_max_ps(steps, low), high);
      const __m512i code = _mm512_add_epi32(_mm512_cvtps_epi32(inside), zero_point);
      _mm_mask_storeu_epi8(static_cast<std::uint8_t*>(args.c) + at(r), mask, _mm512_cvtepi32_epi8(code));
    }
  }
};

}  // namespace

void finish_avx512(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile) noexcept {
  for (std::int64_t x = 0; x < tile.columns; x += 16) {
    const std::int64_t left = tile.columns - x;
    const auto mask = static_cast<__mmask16>(left >= 16 ? 0xffffU : (1U << left) - 1);
    const std::int64_t j = tile.j + x;
    const Columns columns{args, tile, j, mask, _mm512_maskz_loadu_epi32(mask, weights.sums + j)};
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
