#pragma once
// The product by panels: C in tiles of kRows rows and up to kVectors vectors of columns, held in registers while the
// summed index runs. Included by the file of one instruction set, and compiled for it: everything here is local to that
// file.
//
// Simd is one of simd_<isa>.h with the size of the largest tile, kRows and kVectors, beside.

#include <cstdint>
#include <xsimd/xsimd.hpp>

#include "tinytorch/kernels/sgemm/scratch.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/kernels/sgemm/transpose.h"

namespace tinytorch::kernels {
namespace {

/// What becomes of a sum: c = [c +] sum [+ bias], then max(·, 0).
struct Finish {
  bool add;
  const float* bias;  // of the first column, or null
  bool relu;
};

template <class Simd>
typename Simd::Batch finished(typename Simd::Batch sum, typename Simd::Batch old, typename Simd::Batch bias,
                              const Finish& finish) {
  using Batch = typename Simd::Batch;
  if (finish.add) sum += old;
  if (finish.bias != nullptr) sum += bias;
  const Batch zero(0.0F);
  return finish.relu ? xsimd::select(sum < zero, zero, sum) : sum;  // unlike max, keeps a NaN
}

/// One tile of C: k steps over kRows values of A and kVectors vectors of B.
struct Tile {
  const float* a;
  std::int64_t a_row, a_col;
  const float* b;
  std::int64_t b_row;
  std::int64_t k;
  float* c;
  std::int64_t c_row;
  int last;  // columns in the last vector
  Finish finish;
};

template <class Simd, int kRows, int kVectors>
void compute_tile(const Tile& t) {
  using Batch = typename Simd::Batch;
  constexpr int kLanes = static_cast<int>(Batch::size);
  Batch sum[kRows][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      sum[i][v] = Batch(0.0F);
      __builtin_prefetch(t.c + i * t.c_row + v * kLanes);
    }
  }
  const float* a = t.a;
  const float* b = t.b;
  const std::int64_t a_row = t.a_row, a_col = t.a_col, b_row = t.b_row;
  for (std::int64_t p = t.k; p > 0; --p) {
    Batch row[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) row[v] = Batch::load_unaligned(b + v * kLanes);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const Batch value(a[i * a_row]);
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sum[i][v] = Simd::fma(value, row[v], sum[i][v]);
    }
    a += a_col;
    b += b_row;
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
    float* c = t.c + i * t.c_row;
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v, c += kLanes) {
      const float* bias = t.finish.bias == nullptr ? nullptr : t.finish.bias + v * kLanes;
      if (v + 1 < kVectors || t.last == kLanes) {
        const Batch old = t.finish.add ? Batch::load_unaligned(c) : Batch(0.0F);
        const Batch add = bias != nullptr ? Batch::load_unaligned(bias) : Batch(0.0F);
        finished<Simd>(sum[i][v], old, add, t.finish).store_unaligned(c);
      } else {
        const Batch old = t.finish.add ? Simd::load_first(c, t.last) : Batch(0.0F);
        const Batch add = bias != nullptr ? Simd::load_first(bias, t.last) : Batch(0.0F);
        Simd::store_first(c, t.last, finished<Simd>(sum[i][v], old, add, t.finish));
      }
    }
  }
}

using TileFunction = void (*)(const Tile&);

/// compute_tile for every number of rows and vectors that occurs.
template <class Simd>
TileFunction tile_function(int rows, int vectors);

/// Copies a panel of B, k rows of `columns` values, into rows of `width` values that are neighbours in memory; zeros
/// fill up.
template <class Simd>
void pack_panel(const float* b, std::int64_t b_row, std::int64_t b_col, std::int64_t k, int columns, int width,
                float* out) {
  using Batch = typename Simd::Batch;
  constexpr int kLanes = static_cast<int>(Batch::size);
  if (b_row == 1) return pack_transposed(b, b_col, k, columns, width, out);
  for (std::int64_t p = 0; p < k; ++p, b += b_row, out += width) {
    for (int j = 0; j < width; j += kLanes) {
      const int count = columns - j < kLanes ? columns - j : kLanes;
      if (b_col == 1) {
        (count == kLanes ? Batch::load_unaligned(b + j) : Simd::load_first(b + j, count)).store_aligned(out + j);
      } else {
        for (int l = 0; l < kLanes; ++l) out[j + l] = l < count ? b[(j + l) * b_col] : 0.0F;
      }
    }
  }
}

/// The sums run over blocks of the summed index that depend on K alone: where a tile lies changes no result.
constexpr std::int64_t kMaxBlock = 256;

template <class Simd>
void multiply_by_panels(const SgemmArgs& args) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size);
  constexpr int kWidth = Simd::kVectors * kLanes;
  const std::int64_t blocks = args.k <= kMaxBlock ? 1 : (args.k + kMaxBlock - 1) / kMaxBlock;
  const std::int64_t tiles = (args.m + Simd::kRows - 1) / Simd::kRows;
  float* packed = sgemm_scratch(kMaxBlock * kWidth);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t first = args.k * block / blocks, k = args.k * (block + 1) / blocks - first;
    for (std::int64_t j = 0; j < args.n; j += kWidth) {
      const int columns = static_cast<int>(args.n - j < kWidth ? args.n - j : kWidth);
      const int vectors = (columns + kLanes - 1) / kLanes;
      Tile t;
      t.b = args.b + first * args.b_row + j * args.b_col;
      t.b_row = args.b_row;
      if (args.b_col != 1 || columns % kLanes != 0 || (args.m >= 64 && k > 96)) {
        pack_panel<Simd>(t.b, args.b_row, args.b_col, k, columns, vectors * kLanes, packed);
        t.b = packed;
        t.b_row = vectors * kLanes;
      }
      t.a_row = args.a_row;
      t.a_col = args.a_col;
      t.k = k;
      t.c_row = args.c_row;
      t.last = columns - (vectors - 1) * kLanes;
      const bool done = block + 1 == blocks;
      t.finish = {args.accumulate || block > 0, done && args.bias != nullptr ? args.bias + j : nullptr,
                  done && args.relu};
      for (std::int64_t tile = 0; tile < tiles; ++tile) {
        const std::int64_t i = args.m * tile / tiles, rows = args.m * (tile + 1) / tiles - i;
        t.a = args.a + i * args.a_row + first * args.a_col;
        t.c = args.c + i * args.c_row + j;
        tile_function<Simd>(static_cast<int>(rows), vectors)(t);
      }
    }
  }
}

}  // namespace
}  // namespace tinytorch::kernels
