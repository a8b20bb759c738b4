#pragma once
#include <cstdint>
#include <span>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

constexpr std::int64_t kDequantizeColumns = 16;

/// out[p, c] = codes[p, c] * scales[c] for K rows of 16 columns: a group of 16 output channels, symmetric int8 weights
/// with a scale a channel, back to float32. Every product is rounded once, so every instruction set gives the same bits.
using DequantizeBlocksFunction = void (*)(const std::int8_t* codes, std::int64_t k, const float* scales, float* out);

void dequantize_blocks_generic(const std::int8_t* codes, std::int64_t k, const float* scales, float* out);
void dequantize_blocks_avx2(const std::int8_t* codes, std::int64_t k, const float* scales, float* out) noexcept;
void dequantize_blocks_avx512(const std::int8_t* codes, std::int64_t k, const float* scales, float* out) noexcept;

std::span<const Row<DequantizeBlocksFunction>> dequantize_blocks_table();

void dequantize_blocks(const std::int8_t* codes, std::int64_t k, const float* scales, float* out);

}  // namespace tinytorch::kernels
