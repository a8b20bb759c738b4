#pragma once
#include "tinytorch/kernels/qgemm/qgemm.h"

/// The row of the table that every CPU has: the plain matrix, and the loops that students write.
namespace tinytorch::kernels {

PackedWeights qgemm_pack_generic(const std::int8_t* weights, std::int64_t n, std::int64_t k);
void qgemm_unpack_generic(const PackedWeights& packed, std::int8_t* weights);
void qgemm_generic(const QgemmArgs& args, const QgemmBlock& block);

/// Sums without zero point, a tile of rows x columns at (i, j), to what args ask for: the specification of "finishing".
void qgemm_finish_generic(const QgemmArgs& args, std::int64_t i, std::int64_t rows, std::int64_t j,
                          std::int64_t columns, const std::int32_t* sums, std::int64_t sums_row);

}  // namespace tinytorch::kernels
