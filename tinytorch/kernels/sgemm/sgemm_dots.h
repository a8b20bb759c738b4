#pragma once
// The product by dot products, for A·Bᵀ: rows of both operands are neighbours in memory, so vectors run along the
// summed index and nothing needs packing. Included like sgemm_panels.h.

#include "tinytorch/kernels/sgemm/sgemm_panels.h"

namespace tinytorch::kernels {
namespace {

/// kRows x (lanes / kRows) dot products at once: as many sums as a vector has lanes, which is what Simd::sums adds up.
template <class Simd, int kRows>
void compute_dots(const SgemmArgs& args, std::int64_t i) {
  using Batch = typename Simd::Batch;
  constexpr int kLanes = static_cast<int>(Batch::size), kColumns = kLanes / kRows;
  const std::int64_t whole = args.k / kLanes * kLanes;
  const int rest = static_cast<int>(args.k - whole);
  const float* a[kRows];
  for (int r = 0; r < kRows; ++r) a[r] = args.a + (i + r) * args.a_row;
  for (std::int64_t j = 0; j < args.n; j += kColumns) {
    const int columns = static_cast<int>(args.n - j < kColumns ? args.n - j : kColumns);
    const float* b[kColumns];
#pragma GCC unroll 16
    for (int s = 0; s < kColumns; ++s) b[s] = args.b + (j + (s < columns ? s : 0)) * args.b_col;  // beyond: unused
    Batch sum[kLanes];
#pragma GCC unroll 16
    for (int l = 0; l < kLanes; ++l) sum[l] = Batch(0.0F);
    for (std::int64_t p = 0; p < whole; p += kLanes) {
      Batch x[kRows];
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) x[r] = Batch::load_unaligned(a[r] + p);
#pragma GCC unroll 16
      for (int s = 0; s < kColumns; ++s) {
        const Batch y = Batch::load_unaligned(b[s] + p);
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) sum[r * kColumns + s] = Simd::fma(x[r], y, sum[r * kColumns + s]);
      }
    }
    if (rest > 0) {
      Batch x[kRows];
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) x[r] = Simd::load_first(a[r] + whole, rest);
#pragma GCC unroll 16
      for (int s = 0; s < kColumns; ++s) {
        const Batch y = Simd::load_first(b[s] + whole, rest);
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) sum[r * kColumns + s] = Simd::fma(x[r], y, sum[r * kColumns + s]);
      }
    }
    alignas(64) float sums[kLanes];
    Simd::sums(sum).store_aligned(sums);
    const Finish finish{args.accumulate, args.bias == nullptr ? nullptr : args.bias + j, args.relu};
    for (int r = 0; r < kRows; ++r) {
      float* c = args.c + (i + r) * args.c_row + j;
      const Batch old = finish.add ? Simd::load_first(c, columns) : Batch(0.0F);
      const Batch bias = finish.bias != nullptr ? Simd::load_first(finish.bias, columns) : Batch(0.0F);
      const Batch value = Simd::load_first(sums + r * kColumns, columns);
      Simd::store_first(c, columns, finished<Simd>(value, old, bias, finish));
    }
  }
}

template <class Simd, int kRows>
void multiply_by_dots(const SgemmArgs& args) {
  std::int64_t i = 0;
  for (; i + kRows <= args.m; i += kRows) compute_dots<Simd, kRows>(args, i);
  if constexpr (kRows > 2) {
    for (; i + 2 <= args.m; i += 2) compute_dots<Simd, 2>(args, i);
  }
  for (; i < args.m; ++i) compute_dots<Simd, 1>(args, i);
}

/// The whole product. The way is chosen such that a part of it with kSgemmSplit rows or columns or more goes the same.
template <class Simd, int kDotRows>
void multiply(const SgemmArgs& args) {
  const bool rows_of_both = args.a_col == 1 && args.b_row == 1;
  if (rows_of_both && (args.m < kSgemmSplit || args.n < kSgemmSplit)) return multiply_by_dots<Simd, kDotRows>(args);
  multiply_by_panels<Simd>(args);
}

}  // namespace
}  // namespace tinytorch::kernels
