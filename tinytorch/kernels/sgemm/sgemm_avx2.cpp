#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/kernels/sgemm/sgemm_dots.h"
#include "tinytorch/kernels/sgemm/sgemm_panels.h"
#include "tinytorch/kernels/simd_avx2.h"

namespace tinytorch::kernels {
namespace {

/// The largest tile of C that registers hold.
struct Tiles : Avx2 {
  static constexpr int kRows = 6, kVectors = 2;  // 12 sums, 2 values of B, and 1 of A in 16 registers
  static constexpr int kVectorsOfOneRow = 8;     // as many sums as keep both multipliers busy
};

template <int kVectors>
constexpr TileFunction kTiles[] = {
    compute_tile<Tiles, 1, kVectors>, compute_tile<Tiles, 2, kVectors>, compute_tile<Tiles, 3, kVectors>,
    compute_tile<Tiles, 4, kVectors>, compute_tile<Tiles, 5, kVectors>, compute_tile<Tiles, 6, kVectors>,
};

constexpr TileFunction kOneRow[] = {
    compute_tile<Tiles, 1, 1>, compute_tile<Tiles, 1, 2>, compute_tile<Tiles, 1, 3>, compute_tile<Tiles, 1, 4>,
    compute_tile<Tiles, 1, 5>, compute_tile<Tiles, 1, 6>, compute_tile<Tiles, 1, 7>, compute_tile<Tiles, 1, 8>,
};

template <>
TileFunction tile_function<Tiles>(int rows, int vectors) {
  if (rows == 1) return kOneRow[vectors - 1];
  return (vectors == 1 ? kTiles<1> : kTiles<2>)[rows - 1];
}

}  // namespace

void sgemm_avx2(const SgemmArgs& args) noexcept { multiply<Tiles>(args); }

}  // namespace tinytorch::kernels
