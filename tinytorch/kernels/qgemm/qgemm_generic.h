#pragma once
#include "tinytorch/kernels/qgemm/qgemm.h"

/// The row of the table that every CPU has: the plain matrix, and the loops that students write.
namespace tinytorch::kernels {

PackedWeights qgemm_pack_generic(const std::int8_t* weights, std::int64_t n, std::int64_t k);
void qgemm_unpack_generic(const PackedWeights& packed, std::int8_t* weights);
void qgemm_generic(const QgemmArgs& args, const QgemmBlock& block);

}  // namespace tinytorch::kernels
