#pragma once
#include <cstring>

#include "tinytorch/kernels/qgemm/blocks.h"

/// The product with matrix tiles of 16 rows by 64 bytes. Which tiles is a parameter: those of the CPU, or the test's,
/// plain memory that acts alike, so that everything here is tested on machines that have none.
namespace tinytorch::kernels {
namespace {

constexpr std::int64_t kTileRows = 16, kTileCodes = 64, kTileBytes = 1024;
constexpr std::int64_t kBlock = 32;            // rows and columns of sums that four tiles hold
constexpr std::int64_t kMostTileRows = 256;    // of activations in a chunk,
constexpr std::int64_t kChunkBytes = 1 << 20;  // which stays in the second cache while the weights pass by

using Finish = void (*)(const QgemmArgs&, const Blocks&, const SumsTile&) noexcept;

/// A block of sums on its way out, two rows at a time: the tiles multiply the next block meanwhile.
struct Pending {
  SumsTile halves[2] = {};  ///< of 16 rows; they overlap where fewer than 32 rows are left
  std::int64_t next = kBlock;

  void finish_until(std::int64_t row, const QgemmArgs& args, const Blocks& weights, Finish finish) noexcept {
    for (; next < row; next += 2) {
      SumsTile two = halves[next / kTileRows];
      two.i += next % kTileRows;
      two.rows = 2;
      two.sums += next % kTileRows * two.sums_row;
      finish(args, weights, two);
    }
  }
};

/// Rows [i0, i1), all columns of the block.
template <class Tiles>
void run_chunk(Tiles& tiles, const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block,
               Finish finish) noexcept {
  alignas(64) std::int32_t sums[2][kBlock * kBlock];
  alignas(64)
      std::uint8_t ends[(kMostTileRows + kTileRows) * kTileCodes];  // what is left of each row behind whole tiles
  const std::int64_t whole = weights.k / kTileCodes, rest = weights.k % kTileCodes;
  const std::int64_t steps = weights.k_padded / kTileCodes;
  for (std::int64_t i = block.i0; rest > 0 && i < block.i1; ++i) {
    std::uint8_t* end = ends + (i - block.i0) * kTileCodes;
    std::memset(end, 0, kTileCodes);
    std::memcpy(end, args.a + i * args.a_row + whole * kTileCodes, static_cast<std::size_t>(rest));
  }
  Tiles::written(ends);

  Pending pending;
  int buffer = 0;
  for (std::int64_t j = block.j0; j < block.j1; j += kBlock, buffer ^= 1) {
    const std::int64_t columns = block.j1 - j < kBlock ? block.j1 - j : kBlock;
    const std::int8_t* w0 = weights.data + j * weights.k_padded;
    const std::int8_t* w1 = columns > 16 ? w0 + 16 * weights.k_padded : w0;
    for (std::int64_t i = block.i0; i < block.i1; i += kBlock, buffer ^= 1) {
      const std::int64_t last = block.i1 - kTileRows;  // where a tile's rows begin at the latest
      const std::int64_t i0 = i < last ? i : last, i1 = i + kTileRows < last ? i + kTileRows : last;
      tiles.zero();
      for (std::int64_t s = 0; s < steps; ++s) {
        const bool inside = s < whole;
        const std::uint8_t* from = inside ? args.a + block.i0 * args.a_row + s * kTileCodes : ends;
        const std::int64_t row = inside ? args.a_row : kTileCodes;
        tiles.add(from + (i0 - block.i0) * row, from + (i1 - block.i0) * row, row, w0 + s * kTileBytes,
                  w1 + s * kTileBytes);
        pending.finish_until(kBlock * (s + 1) / steps, args, weights, finish);
      }
      tiles.store(sums[buffer], kBlock);
      pending.halves[0] = {i0, kTileRows, j, columns, sums[buffer], kBlock};
      pending.halves[1] = {i1, kTileRows, j, columns, sums[buffer] + kTileRows * kBlock, kBlock};
      pending.next = 0;
    }
  }
  pending.finish_until(kBlock, args, weights, finish);
}

/// The whole of a block of at least kTileRows rows, in chunks of rows.
template <class Tiles>
void run_tiles(Tiles& tiles, const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block,
               Finish finish) noexcept {
  std::int64_t most = kChunkBytes / weights.k / kBlock * kBlock;
  most = most < kBlock ? kBlock : most > kMostTileRows ? kMostTileRows : most;
  for (std::int64_t i = block.i0; i < block.i1;) {
    const bool last = block.i1 - i < most + kTileRows;  // no chunk is shorter than a tile
    const std::int64_t end = last ? block.i1 : i + most;
    run_chunk(tiles, args, weights, {i, end, block.j0, block.j1}, finish);
    i = end;
  }
}

}  // namespace
}  // namespace tinytorch::kernels
