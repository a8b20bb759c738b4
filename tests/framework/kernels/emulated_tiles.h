#pragma once
#include <cstdint>
#include <cstring>

namespace tinytorch::kernels {

/// What Amx is in the kernel, in plain memory: eight tiles of 16 rows by 64 bytes, and the three instructions as the
/// manual describes them (Intel SDM, TILELOADD, TDPBUSD, TILESTORED), in the same order on the same tiles.
class EmulatedTiles {
 public:
  void zero() { std::memset(tiles_, 0, 4 * sizeof tiles_[0]); }

  void add(const std::uint8_t* a0, const std::uint8_t* a1, std::int64_t a_row, const std::int8_t* w0,
           const std::int8_t* w1) {
    load(6, w0, 64);
    load(4, a0, a_row);
    multiply(0, 4, 6);
    load(7, w1, 64);
    multiply(1, 4, 7);
    load(5, a1, a_row);
    multiply(2, 5, 6);
    multiply(3, 5, 7);
  }

  void store(std::int32_t* sums, std::int64_t sums_row) const {
    for (int t = 0; t < 4; ++t) {
      for (int r = 0; r < 16; ++r) {
        std::memcpy(sums + (t / 2 * 16 + r) * sums_row + t % 2 * 16, tiles_[t].bytes[r], 64);
      }
    }
  }

  static void written(const void*) {}

 private:
  struct Tile {
    std::uint8_t bytes[16][64];
  };

  void load(int tile, const void* from, std::int64_t row_bytes) {
    for (int r = 0; r < 16; ++r) {
      std::memcpy(tiles_[tile].bytes[r], static_cast<const std::uint8_t*>(from) + r * row_bytes, 64);
    }
  }

  /// c[r][n] += Σ over four bytes of every word p: unsigned a[r][p] by signed b[p][n], in 32 bits, wrapping.
  void multiply(int c, int a, int b) {
    for (int r = 0; r < 16; ++r) {
      for (int n = 0; n < 16; ++n) {
        std::uint32_t sum;
        std::memcpy(&sum, tiles_[c].bytes[r] + 4 * n, 4);
        for (int p = 0; p < 16; ++p) {
          for (int i = 0; i < 4; ++i) {
            const int weight = static_cast<std::int8_t>(tiles_[b].bytes[p][4 * n + i]);
            sum += static_cast<std::uint32_t>(tiles_[a].bytes[r][4 * p + i] * weight);
          }
        }
        std::memcpy(tiles_[c].bytes[r] + 4 * n, &sum, 4);
      }
    }
  }

  Tile tiles_[8];
};

}  // namespace tinytorch::kernels
