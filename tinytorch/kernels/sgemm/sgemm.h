#pragma once
#include <cstdint>
#include <span>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

/// C = [C +] A·B [+ bias], then max(·, 0) if asked; NaN stays NaN. A is M×K, B is K×N, C is M×N, all float32.
/// Element (i, j) of A stands at a[i * a_row + j * a_col], so a transposed operand swaps its two steps; no step is
/// negative. C is row-major: its columns are neighbours. C overlaps no operand.
struct SgemmArgs {
  std::int64_t m, n, k;
  const float* a;
  std::int64_t a_row, a_col;
  const float* b;
  std::int64_t b_row, b_col;
  float* c;
  std::int64_t c_row;
  bool accumulate = false;      ///< add to what C holds; otherwise C is only written
  const float* bias = nullptr;  ///< N values added to every row
  bool relu = false;
};

/// Every element is summed in an order that depends on the shape alone, not on where a tile or a thread begins.
using SgemmFunction = void (*)(const SgemmArgs&);

/// The specification: three loops. Exercise: exercises/01_tensor/matmul.cpp
void sgemm_generic(const SgemmArgs& args);
void sgemm_avx2(const SgemmArgs& args) noexcept;
void sgemm_avx512(const SgemmArgs& args) noexcept;

std::span<const Row<SgemmFunction>> sgemm_table();

/// The best of the table for this CPU, on as many threads as the work is worth.
void sgemm(const SgemmArgs& args);

}  // namespace tinytorch::kernels
