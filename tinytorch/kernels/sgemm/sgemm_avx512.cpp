#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/kernels/sgemm/sgemm_dots.h"
#include "tinytorch/kernels/sgemm/sgemm_panels.h"
#include "tinytorch/kernels/simd_avx512.h"

namespace tinytorch::kernels {
namespace {

/// The largest tile of C that registers hold.
struct Tiles : Avx512 {
  static constexpr int kRows = 8, kVectors = 3;  // 24 sums, 3 values of B, and 1 of A in 32 registers
  static constexpr int kVectorsOfOneRow = 8;     // as many sums as keep both multipliers busy
};

template <int kVectors>
constexpr TileFunction kTiles[] = {
    compute_tile<Tiles, 1, kVectors>, compute_tile<Tiles, 2, kVectors>, compute_tile<Tiles, 3, kVectors>,
    compute_tile<Tiles, 4, kVectors>, compute_tile<Tiles, 5, kVectors>, compute_tile<Tiles, 6, kVectors>,
    compute_tile<Tiles, 7, kVectors>, compute_tile<Tiles, 8, kVectors>,
};

constexpr TileFunction kOneRow[] = {
    compute_tile<Tiles, 1, 1>, compute_tile<Tiles, 1, 2>, compute_tile<Tiles, 1, 3>, compute_tile<Tiles, 1, 4>,
    compute_tile<Tiles, 1, 5>, compute_tile<Tiles, 1, 6>, compute_tile<Tiles, 1, 7>, compute_tile<Tiles, 1, 8>,
};

template <>
TileFunction tile_function<Tiles>(int rows, int vectors) {
  if (rows == 1) return kOneRow[vectors - 1];
  return (vectors == 1 ? kTiles<1> : vectors == 2 ? kTiles<2> : kTiles<3>)[rows - 1];
}

}  // namespace

void sgemm_avx512(const SgemmArgs& args) noexcept { multiply<Tiles>(args); }

}  // namespace tinytorch::kernels
