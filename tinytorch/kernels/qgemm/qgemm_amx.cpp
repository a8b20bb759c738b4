#include <immintrin.h>

#include "tinytorch/kernels/qgemm/tile_product.h"

namespace tinytorch::kernels {
namespace {

/// The tile registers of this core, from construction to destruction: 0 to 3 hold sums, 4 and 5 codes, 6 and 7 weights.
class Amx {
 public:
  Amx() {
    struct alignas(64) {
      std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
      std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } config;
    written(&config);  // GCC 12 believes that the next line reads 8 bytes of it
    _tile_loadconfig(&config);
  }
  ~Amx() { _tile_release(); }
  Amx(const Amx&) = delete;
  Amx& operator=(const Amx&) = delete;

  void zero() {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }

  void add(const std::uint8_t* a0, const std::uint8_t* a1, std::int64_t a_row, const std::int8_t* w0,
           const std::int8_t* w1) {
    _tile_loadd(6, w0, 64);
    _tile_loadd(4, a0, a_row);
    _tile_dpbusd(0, 4, 6);
    _tile_loadd(7, w1, 64);
    _tile_dpbusd(1, 4, 7);
    _tile_loadd(5, a1, a_row);
    _tile_dpbusd(2, 5, 6);
    _tile_dpbusd(3, 5, 7);
  }

  void store(std::int32_t* sums, std::int64_t sums_row) {
    const std::int64_t row_bytes = sums_row * 4;
    _tile_stored(0, sums, row_bytes);
    _tile_stored(1, sums + 16, row_bytes);
    _tile_stored(2, sums + 16 * sums_row, row_bytes);
    _tile_stored(3, sums + 16 * sums_row + 16, row_bytes);
  }

  /// What stands at this address must be in memory now: the compiler does not see that tiles are loaded from there.
  static void written(const void* at) { asm volatile("" ::"r"(at) : "memory"); }
};

}  // namespace

void qgemm_amx(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept {
  // Fewer rows than a tile has would multiply air: the same layout serves the narrower instruction.
  if (block.i1 - block.i0 < kTileRows) return qgemm_vnni(args, weights, block);
  Amx tiles;
  run_tiles(tiles, args, weights, block, finish_avx512);
}

}  // namespace tinytorch::kernels
