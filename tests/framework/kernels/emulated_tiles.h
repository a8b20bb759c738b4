#pragma once
#include <cstdint>
#include <cstring>

namespace tinytorch::kernels {

using TileBytes = std::uint8_t[16][64];

/// TDPBUSD: c[r][n] += Σ over the four bytes of every word p: unsigned a[r][p] by signed b[p][n], in 32 bits, wrapping.
inline void multiply_tiles(TileBytes& c, const TileBytes& a, const TileBytes& b, int rows = 16, int columns = 16,
                           int words = 16) {
  for (int r = 0; r < rows; ++r) {
    for (int n = 0; n < columns; ++n) {
      std::uint32_t sum;
      std::memcpy(&sum, c[r] + 4 * n, 4);
      for (int p = 0; p < words; ++p) {
        for (int i = 0; i < 4; ++i) {
          const int weight = static_cast<std::int8_t>(b[p][4 * n + i]);
          sum += static_cast<std::uint32_t>(a[r][4 * p + i] * weight);
        }
      }
      std::memcpy(c[r] + 4 * n, &sum, 4);
    }
  }
}

/// What Amx is in the kernel, in plain memory: eight tiles of 16 rows by 64 bytes, and the three instructions as the
/// manual describes them (Intel SDM, TILELOADD, TDPBUSD, TILESTORED), in the same order on the same tiles.
class EmulatedTiles {
 public:
  void zero() { std::memset(tiles_, 0, 4 * sizeof tiles_[0]); }

  void add(const std::uint8_t* a0, const std::uint8_t* a1, std::int64_t a_row, const std::int8_t* w0,
           const std::int8_t* w1) {
    load(6, w0, 64);
    load(4, a0, a_row);
    multiply_tiles(tiles_[0], tiles_[4], tiles_[6]);
    load(7, w1, 64);
    multiply_tiles(tiles_[1], tiles_[4], tiles_[7]);
    load(5, a1, a_row);
    multiply_tiles(tiles_[2], tiles_[5], tiles_[6]);
    multiply_tiles(tiles_[3], tiles_[5], tiles_[7]);
  }

  void store(std::int32_t* sums, std::int64_t sums_row) const {
    for (int t = 0; t < 4; ++t) {
      for (int r = 0; r < 16; ++r) {
        std::memcpy(sums + (t / 2 * 16 + r) * sums_row + t % 2 * 16, tiles_[t][r], 64);
      }
    }
  }

  static void written(const void*) {}

 private:
  void load(int tile, const void* from, std::int64_t row_bytes) {
    for (int r = 0; r < 16; ++r) {
      std::memcpy(tiles_[tile][r], static_cast<const std::uint8_t*>(from) + r * row_bytes, 64);
    }
  }

  TileBytes tiles_[8];
};

}  // namespace tinytorch::kernels
