#pragma once
#include "tinytorch/kernels/qgemm/qgemm.h"

namespace tinytorch::kernels {

std::shared_ptr<std::int8_t[]> allocate_weights(std::size_t bytes);  ///< zeros, aligned to 64
std::vector<std::int32_t> sum_rows(const std::int8_t* weights, std::int64_t n, std::int64_t k);

/// The layout that every vector kernel reads: groups of 16 output channels one after the other; in a group, four inputs
/// at a time, the four weights of a channel side by side: 64 bytes, the operand of one instruction that sums four
/// products in each of 16 lanes (and 16 such, 1 KiB, are a tile of AMX). n is filled with zeros to a multiple of 16, k
/// of k_step.
PackedWeights pack_blocks(const std::int8_t* weights, std::int64_t n, std::int64_t k, std::int64_t k_step);
void unpack_blocks(const PackedWeights& packed, std::int8_t* weights);

}  // namespace tinytorch::kernels
