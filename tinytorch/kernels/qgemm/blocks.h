#pragma once
#include "tinytorch/kernels/qgemm/qgemm.h"

/// What the vector kernels share: their view of weights that pack_blocks() laid out, and their declarations.
namespace tinytorch::kernels {

struct Blocks {
  const std::int8_t* data;  ///< the group of 16 columns that begins at column j: data + j * k_padded
  const std::int32_t* sums;
  std::int64_t k, k_padded;
};

void qgemm_avx2(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept;
void qgemm_avx512(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept;
void qgemm_vnni(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept;
void qgemm_amx(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept;

/// A tile of sums of products of plain codes, rows x columns at (i, j), to what args ask for: the zero point taken out,
/// then one of QgemmOutput. Columns begin at a multiple of 16, and sums hold whole groups of 16.
struct SumsTile {
  std::int64_t i, rows, j, columns;
  const std::int32_t* sums;
  std::int64_t sums_row;
};
void finish_avx2(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile) noexcept;
void finish_avx512(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile) noexcept;

}  // namespace tinytorch::kernels
