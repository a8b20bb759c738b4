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

  __m512i offset() const {
    return args.offset != nullptr ? _mm512_maskz_loadu_epi32(mask, args.offset + j) : _mm512_setzero_si512();
  }
  __m512 multiplier() const { return _mm512_maskz_loadu_ps(mask, args.multiplier + j); }

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
    const __m512i offsets = offset(), once = _mm512_sub_epi32(first_share(), offsets);
    const __m512 multipliers = multiplier();
    const __m512 low = _mm512_set1_ps(static_cast<float>(args.lowest - args.zero_point));
    const __m512 high = _mm512_set1_ps(static_cast<float>(127 - args.zero_point));
    const __m512i zero_point = _mm512_set1_epi32(args.zero_point + 128);
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      __m512i sum = sums(r, once);
      if (args.a_zero_per_row) sum = _mm512_add_epi32(sum, offsets);
      const __m512 steps = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), multipliers);
      const __m512 inside = _mm512_min_ps(_mm512_max_ps(steps, low), high);
      const __m512i code = _mm512_add_epi32(_mm512_cvtps_epi32(inside), zero_point);
      _mm_mask_storeu_epi8(static_cast<std::uint8_t*>(args.c) + at(r), mask, _mm512_cvtepi32_epi8(code));
    }
  }
};

/// Up to 16 columns from column x of the tile on.
Columns columns_of(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile, std::int64_t x) {
  const std::int64_t left = tile.columns - x, j = tile.j + x;
  const auto mask = static_cast<__mmask16>(left >= 16 ? 0xffffU : (1U << left) - 1);
  return {args, tile, j, mask, _mm512_maskz_loadu_epi32(mask, weights.sums + j)};
}

/// Sums to codes, 64 at a time, where all rows have one zero point.
class Requantizer {
 public:
  explicit Requantizer(const QgemmArgs& args)
      : high_(_mm512_set1_ps(static_cast<float>(127 - args.zero_point))),
        zero_point_(_mm512_set1_epi16(static_cast<std::int16_t>(args.zero_point + 128))),
        lowest_(_mm512_set1_epi8(static_cast<char>(args.lowest + 128))) {}

  /// What 16 columns have of their own.
  struct Constants {
    __m512i taken_out;  ///< the zero point's share less the offset
    __m512 multiplier;

    explicit Constants(const Columns& columns)
        : taken_out(_mm512_sub_epi32(columns.first_share(), columns.offset())), multiplier(columns.multiplier()) {}
  };

  __m512i steps(const std::int32_t* sums, const Constants& constants) const {
    const __m512i sum = _mm512_sub_epi32(_mm512_load_si512(sums), constants.taken_out);
    const __m512 steps = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), constants.multiplier);
    return _mm512_cvtps_epi32(_mm512_min_ps(steps, high_));  // far below, it becomes the lowest integer
  }

  /// Saturating on the way, and at last at the lowest code: rounded steps clamp as steps do, the bounds being whole.
  __m512i codes(__m512i a, __m512i b, __m512i c, __m512i d) const {
    const __m512i ab = _mm512_adds_epi16(_mm512_packs_epi32(a, b), zero_point_);
    const __m512i cd = _mm512_adds_epi16(_mm512_packs_epi32(c, d), zero_point_);
    const __m512i quarters = _mm512_max_epu8(_mm512_packus_epi16(ab, cd), lowest_);
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, quarters);
  }

 private:
  __m512 high_;
  __m512i zero_point_, lowest_;
};

/// 32 columns of every row, from column x of the tile: two rows at once.
void to_codes_by_32(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile, std::int64_t x) {
  const Requantizer to(args);
  const std::int64_t j = tile.j + x;
  const Requantizer::Constants left(columns_of(args, weights, tile, x)), right(columns_of(args, weights, tile, x + 16));
  for (std::int64_t r = 0; r < tile.rows; r += 2) {
    const bool two = r + 1 < tile.rows;
    const std::int32_t* sums = tile.sums + r * tile.sums_row + x;
    const std::int32_t* below = two ? sums + tile.sums_row : sums;
    std::uint8_t* c = static_cast<std::uint8_t*>(args.c) + (tile.i + r) * args.c_row + j;
    const __m512i rows =
        to.codes(to.steps(sums, left), to.steps(sums + 16, right), to.steps(below, left), to.steps(below + 16, right));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(c), _mm512_castsi512_si256(rows));
    if (two) _mm256_storeu_si256(reinterpret_cast<__m256i*>(c + args.c_row), _mm512_extracti64x4_epi64(rows, 1));
  }
}

}  // namespace

void finish_avx512(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile) noexcept {
  std::int64_t x = 0;
  if (args.output == QgemmOutput::codes && !args.a_zero_per_row) {
    for (; x + 32 <= tile.columns; x += 32) to_codes_by_32(args, weights, tile, x);
  }
  for (; x < tile.columns; x += 16) {
    const Columns columns = columns_of(args, weights, tile, x);
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
