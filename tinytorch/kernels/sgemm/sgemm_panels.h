#pragma once
// The product by panels: C in tiles of kRows rows and up to kVectors vectors of columns, held in registers while the
// summed index runs. Included by the file of one instruction set, and compiled for it: everything here is local to that
// file.
//
// Simd is one of simd_<isa>.h with the size of the largest tile, kRows and kVectors, beside.

#include <cstdint>

#include "tinytorch/kernels/sgemm/scratch.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/kernels/sgemm/sgemm_tile.h"
#include "tinytorch/kernels/sgemm/transpose.h"

namespace tinytorch::kernels {
namespace {

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
        __builtin_prefetch(b + j + 16 * b_row);
        (count == kLanes ? Batch::load_unaligned(b + j) : Simd::load_first(b + j, count)).store_aligned(out + j);
      } else {
        for (int l = 0; l < kLanes; ++l) out[j + l] = l < count ? b[(j + l) * b_col] : 0.0F;
      }
    }
  }
}

/// Copies `rows` rows of A, k values each, such that the values of one step lie side by side.
inline void pack_rows(const float* a, std::int64_t a_row, std::int64_t a_col, std::int64_t k, int rows, float* out) {
  if (a_col == 1) return pack_transposed(a, a_row, k, rows, rows, out);
  for (std::int64_t p = 0; p < k; ++p, a += a_col, out += rows) {
    if (a_row == 1 && rows == 8) {
      __builtin_memcpy(out, a, 8 * sizeof(float));
    } else {
      for (int i = 0; i < rows; ++i) out[i] = a[i * a_row];
    }
  }
}

/// The sums run over blocks of the summed index that depend on K alone: where a tile lies changes no result.
constexpr std::int64_t kMaxBlock = 512;
/// Rows of C that are finished before the next: with their part of A they fit into the L2 cache.
constexpr std::int64_t kMaxRows = 256;
/// Columns of B that are packed at once for many rows: 1 MB of them, which stay in the L2 cache.
constexpr std::int64_t kStrip = 528;
/// Tiles whose rows of A are packed together.
constexpr std::int64_t kTilesAtOnce = 8;

constexpr std::int64_t kManyRows = 257;

/// [0, count) in nearly equal parts of at most `most`.
struct Parts {
  std::int64_t number, size, larger;  // the first `larger` parts have one more than size
  Parts(std::int64_t count, std::int64_t most) : number(1), size(count), larger(0) {
    if (count <= most) return;
    number = (count + most - 1) / most;
    size = count / number;
    larger = count - size * number;
  }
  std::int64_t size_of(std::int64_t part) const { return size + (part < larger ? 1 : 0); }
};

/// Rows of C, a block of the summed index, or both: where they begin and how many there are.
struct Range {
  std::int64_t begin, size;
};

/// Columns of the next tile where so many are left: what `most` vectors hold, but never one vector for the last, whose
/// few sums would wait for each other.
template <class Simd>
int tile_columns(std::int64_t left, int most) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size);
  if (left <= most * kLanes) return static_cast<int>(left);
  return (left <= (most + 1) * kLanes ? most / 2 + 1 : most) * kLanes;
}

/// Memory for packed operands: A's part comes first, then B's.
template <class Simd>
struct Packed {
  static constexpr std::int64_t kWidest =
      (Simd::kVectors > Simd::kVectorsOfOneRow ? Simd::kVectors : Simd::kVectorsOfOneRow) * Simd::Batch::size;
  float *a, *b;
  explicit Packed(std::int64_t columns = kWidest)
      : a(sgemm_scratch(kMaxBlock * (kMaxRows + columns))), b(a + kMaxBlock * kMaxRows) {}
};

/// All columns of some rows, over one block of the summed index.
template <class Simd>
void multiply_block(const SgemmArgs& args, Range rows, Range block, bool first, bool last) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size);
  const std::int64_t k = block.size;
  const Parts tiles(rows.size, Simd::kRows);
  const int most = rows.size == 1 ? Simd::kVectorsOfOneRow : Simd::kVectors;
  const float* a = args.a + rows.begin * args.a_row + block.begin * args.a_col;
  // Copying an operand costs a pass over it, and then each of its lines is read whole, once per tile of the other.
  const bool pack_a = args.a_col != 1 && args.n >= 192 && rows.size > 1;
  const bool pack_b = args.b_col != 1 || (rows.size >= 64 && k > 96);
  float* packed_a = nullptr;
  if (pack_a) {
    packed_a = Packed<Simd>().a;
    for (std::int64_t tile = 0, i = 0; tile < tiles.number; i += tiles.size_of(tile++)) {
      pack_rows(a + i * args.a_row, args.a_row, args.a_col, k, static_cast<int>(tiles.size_of(tile)), packed_a + i * k);
    }
  }
  int columns = 0;
  for (std::int64_t j = 0; j < args.n; j += columns) {
    columns = tile_columns<Simd>(args.n - j, most);
    const int partial = columns % kLanes;
    if (rows.size < Simd::kRows && columns > kLanes) columns -= partial;  // not worth packing more than it must be
    const int vectors = (columns + kLanes - 1) / kLanes;
    Tile t;
    t.b = args.b + block.begin * args.b_row + j * args.b_col;
    t.b_row = args.b_row;
    if (pack_b || columns % kLanes != 0) {
      float* packed_b = Packed<Simd>().b;
      pack_panel<Simd>(t.b, args.b_row, args.b_col, k, columns, vectors * kLanes, packed_b);
      t.b = packed_b;
      t.b_row = vectors * kLanes;
    }
    t.k = k;
    t.c_row = args.c_row;
    t.last = columns - (vectors - 1) * kLanes;
    t.finish = {args.accumulate || !first, last && args.bias != nullptr ? args.bias + j : nullptr, last && args.relu};
    t.a_row = pack_a ? 1 : args.a_row;
    t.a_col = args.a_col;
    t.a = a;
    t.c = args.c + rows.begin * args.c_row + j;
    const int size = static_cast<int>(tiles.size);
    const TileFunction tile_of_size =
        pack_b ? tile_function_of_panel<Simd>(size, vectors, k) : tile_function<Simd>(size, vectors);
    TileFunction larger_tile = tile_of_size;
    if (tiles.larger > 0) {
      larger_tile =
          pack_b ? tile_function_of_panel<Simd>(size + 1, vectors, k) : tile_function<Simd>(size + 1, vectors);
    }
    for (std::int64_t tile = 0, i = 0; tile < tiles.number; ++tile) {
      const bool larger = tile < tiles.larger;
      const std::int64_t height = size + (larger ? 1 : 0);
      if (pack_a) {
        t.a = packed_a + i * k;
        t.a_col = height;
      }
      (larger ? larger_tile : tile_of_size)(t);
      i += height;
      t.a += height * args.a_row;
      t.c += height * args.c_row;
    }
  }
}

/// pack_rows for up to kTilesAtOnce tiles, one behind the other, beginning with tile `begin`. If the rows of A are
/// neighbours in memory, its lines are read whole.
inline void pack_tiles(const float* a, std::int64_t a_row, std::int64_t a_col, std::int64_t k, const Parts& tiles,
                       std::int64_t begin, float* out) {
  const std::int64_t end = begin + kTilesAtOnce < tiles.number ? begin + kTilesAtOnce : tiles.number;
  if (a_row == 1 && tiles.size_of(begin) == 8 && tiles.size_of(end - 1) == 8) {
    const std::int64_t count = end - begin;
    for (std::int64_t p = 0; p < k; ++p, a += a_col, out += 8) {
      for (std::int64_t tile = 0; tile < count; ++tile) {
        __builtin_memcpy(out + tile * 8 * k, a + tile * 8, 8 * sizeof(float));
      }
    }
    return;
  }
  for (std::int64_t tile = begin; tile < end; ++tile) {
    const std::int64_t rows = tiles.size_of(tile);
    pack_rows(a, a_row, a_col, k, static_cast<int>(rows), out);
    a += rows * a_row;
    out += rows * k;
  }
}

/// All rows of a strip of columns, over one block of the summed index, whose part of B is packed: it stays in the L2
/// cache, and eight rows of A in the L1 cache, while C is passed in the order of its memory.
template <class Simd>
void multiply_strip(const SgemmArgs& args, Range block, bool first, bool last, const Packed<Simd>& packed) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size);
  const Parts tiles(args.m, Simd::kRows);
  const bool pack_a = args.n >= (args.a_col == 1 ? 384 : 192);
  const float* a = args.a + block.begin * args.a_col;
  float* c = args.c;
  const float* packed_a = packed.a;
  for (std::int64_t tile = 0; tile < tiles.number; ++tile) {
    const auto rows = static_cast<int>(tiles.size_of(tile));
    if (pack_a && tile % kTilesAtOnce == 0) {
      pack_tiles(a, args.a_row, args.a_col, block.size, tiles, tile, packed.a);
      packed_a = packed.a;
    }
    Tile t;
    t.a = pack_a ? packed_a : a;
    t.a_row = pack_a ? 1 : args.a_row;
    t.a_col = pack_a ? rows : args.a_col;
    t.k = block.size;
    t.c_row = args.c_row;
    int columns = 0;
    for (std::int64_t j = 0; j < args.n; j += columns) {
      columns = tile_columns<Simd>(args.n - j, Simd::kVectors);
      const int vectors = (columns + kLanes - 1) / kLanes;
      t.b = packed.b + j * block.size;
      t.b_row = vectors * kLanes;
      t.c = c + j;
      t.last = columns - (vectors - 1) * kLanes;
      t.finish = {args.accumulate || !first, last && args.bias != nullptr ? args.bias + j : nullptr, last && args.relu};
      tile_function_of_panel<Simd>(rows, vectors, t.k)(t);
    }
    a += rows * args.a_row;
    c += rows * args.c_row;
    packed_a += rows * block.size;
  }
}

/// For many rows: B is packed once, a strip of columns at a time.
template <class Simd>
void multiply_by_strips(const SgemmArgs& args) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size), kTile = Simd::kVectors * kLanes;
  constexpr std::int64_t kMaxColumns = kStrip / kTile * kTile;
  const Parts blocks(args.k, kMaxBlock);
  SgemmArgs strip = args;
  for (std::int64_t begin = 0; begin < args.n; begin += strip.n) {
    strip.n = args.n - begin <= kMaxColumns ? args.n - begin : kMaxColumns;
    strip.b = args.b + begin * args.b_col;
    strip.c = args.c + begin;
    if (args.bias != nullptr) strip.bias = args.bias + begin;
    const Packed<Simd> packed((strip.n + kLanes - 1) / kLanes * kLanes);
    Range block{0, 0};
    for (std::int64_t b = 0; b < blocks.number; ++b, block.begin += block.size) {
      block.size = blocks.size_of(b);
      const float* from = strip.b + block.begin * args.b_row;
      int columns = 0;
      for (std::int64_t j = 0; j < strip.n; j += columns) {
        columns = tile_columns<Simd>(strip.n - j, Simd::kVectors);
        const int width = (columns + kLanes - 1) / kLanes * kLanes;
        pack_panel<Simd>(from + j * args.b_col, args.b_row, args.b_col, block.size, columns, width,
                         packed.b + j * block.size);
      }
      multiply_strip<Simd>(strip, block, b == 0, b + 1 == blocks.number, packed);
    }
  }
}

/// One product per element: C is written in the order of its memory.
template <class Simd>
void multiply_outer(const SgemmArgs& args) {
  using Batch = typename Simd::Batch;
  constexpr int kLanes = static_cast<int>(Batch::size);
  const std::int64_t whole = args.n / kLanes * kLanes;
  const int rest = static_cast<int>(args.n - whole);
  const Finish finish{args.accumulate, args.bias, args.relu};
  const bool plain = !args.accumulate && args.bias == nullptr && !args.relu;
  const Batch zero(0.0F);
  for (std::int64_t i = 0; i < args.m; ++i) {
    const Batch value(args.a[i * args.a_row]);
    float* c = args.c + i * args.c_row;
    std::int64_t j = 0;
    if (plain) {
      for (; j + 4 * kLanes <= whole; j += 4 * kLanes) {
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v) {
          const std::int64_t at = j + v * kLanes;
          Simd::fma(value, Batch::load_unaligned(args.b + at), zero).store_unaligned(c + at);
        }
      }
    }
    for (; j < whole; j += kLanes) {
      const Batch old = args.accumulate ? Batch::load_unaligned(c + j) : zero;
      const Batch bias = args.bias != nullptr ? Batch::load_unaligned(args.bias + j) : zero;
      const Batch sum = Simd::fma(value, Batch::load_unaligned(args.b + j), zero);
      finished<Simd>(sum, old, bias, finish).store_unaligned(c + j);
    }
    if (rest > 0) {
      const Batch old = args.accumulate ? Simd::load_first(c + j, rest) : zero;
      const Batch bias = args.bias != nullptr ? Simd::load_first(args.bias + j, rest) : zero;
      const Batch sum = Simd::fma(value, Simd::load_first(args.b + j, rest), zero);
      Simd::store_first(c + j, rest, finished<Simd>(sum, old, bias, finish));
    }
  }
}

template <class Simd>
void multiply_by_panels(const SgemmArgs& args) {
  if (args.k == 1 && args.b_col == 1) return multiply_outer<Simd>(args);
  if (args.m >= kManyRows && (args.b_col != 1 || args.k > 96)) return multiply_by_strips<Simd>(args);
  const Parts groups(args.m, kMaxRows), blocks(args.k, kMaxBlock);
  Range rows{0, 0};
  for (std::int64_t group = 0; group < groups.number; ++group, rows.begin += rows.size) {
    rows.size = groups.size_of(group);
    Range block{0, 0};
    for (std::int64_t b = 0; b < blocks.number; ++b, block.begin += block.size) {
      block.size = blocks.size_of(b);
      multiply_block<Simd>(args, rows, block, b == 0, b + 1 == blocks.number);
    }
  }
}

}  // namespace
}  // namespace tinytorch::kernels
