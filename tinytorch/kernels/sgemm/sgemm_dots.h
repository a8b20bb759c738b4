#pragma once
// The product by dot products, for A·Bᵀ: rows of both operands are neighbours in memory, so vectors run along the
// summed index and nothing needs packing. Included like sgemm_panels.h.

#include <utility>

#include "tinytorch/kernels/sgemm/sgemm_panels.h"

namespace tinytorch::kernels {
namespace {

/// sum[r * kColumns + s] += a row r of A times a row s of Bᵀ, kUsed of these, for one vector of the summed index.
template <class Simd, int kRows, int kColumns, int kUsed, class Load>
void add_products(typename Simd::Batch* sum, const float* const* a, const float* const* b, Load load) {
  using Batch = typename Simd::Batch;
  Batch x[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    x[r] = load(a[r]);
    asm("" : "+v"(x[r].data));  // in a register: read by every product, there would be more loads than products
  }
#pragma GCC unroll 16
  for (int s = 0; s < kUsed; ++s) {
    const Batch y = load(b[s]);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) sum[r * kColumns + s] = Simd::fma(x[r], y, sum[r * kColumns + s]);
  }
}

/// Rows or columns [begin, end).
struct Span {
  std::int64_t begin, end;
};

/// The dot products of some rows and columns, kRows x (lanes / kRows) at once: as many sums as Simd::sums adds up. Of
/// those, only kUsed columns are computed.
/// Not inlined: together, the four sizes would want more registers for addresses than there are.
template <class Simd, int kRows, int kUsed = static_cast<int>(Simd::Batch::size) / kRows>
[[gnu::noinline]] void compute_dots(const SgemmArgs& args, Span rows, Span all_columns) noexcept {
  if (rows.begin == rows.end) return;
  using Batch = typename Simd::Batch;
  constexpr int kLanes = static_cast<int>(Batch::size), kColumns = kLanes / kRows;
  const std::int64_t whole = args.k / kLanes * kLanes;
  const int rest = static_cast<int>(args.k - whole);
  const float* first_a = args.a;  // copies, which writing C leaves alone
  const std::int64_t a_row = args.a_row, c_row = args.c_row;
  for (std::int64_t j = all_columns.begin; j < all_columns.end; j += kColumns) {
    const int columns = static_cast<int>(all_columns.end - j < kColumns ? all_columns.end - j : kColumns);
    const float* b[kUsed];
    alignas(64) float bias[kLanes] = {};  // for every sum
#pragma GCC unroll 16
    for (int s = 0; s < kUsed; ++s) b[s] = args.b + (j + (s < columns ? s : 0)) * args.b_col;  // beyond: unused
    if (args.bias != nullptr && kRows > 1) {
      for (int s = 0; s < columns; ++s) {
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) bias[r * kColumns + s] = args.bias[j + s];
      }
    }
    for (std::int64_t i = rows.begin; i < rows.end; i += kRows) {
      const float* a[kRows];
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) a[r] = first_a + (i + r) * a_row;
      Batch sum[kLanes];
#pragma GCC unroll 16
      for (int l = 0; l < kLanes; ++l) sum[l] = Batch(0.0F);
      for (std::int64_t p = 0; p < whole; p += kLanes) {
        add_products<Simd, kRows, kColumns, kUsed>(sum, a, b,
                                                   [p](const float* row) { return Batch::load_unaligned(row + p); });
      }
      if (rest > 0) {
        add_products<Simd, kRows, kColumns, kUsed>(
            sum, a, b, [=](const float* row) { return Simd::load_first(row + whole, rest); });
      }
      float* c = args.c + i * c_row + j;
      const Finish finish{args.accumulate, args.bias, args.relu};
      if constexpr (kRows == 1) {
        const Batch old = args.accumulate ? Simd::load_first(c, columns) : Batch(0.0F);
        const Batch add = args.bias != nullptr ? Simd::load_first(args.bias + j, columns) : Batch(0.0F);
        Simd::store_first(c, columns, finished<Simd>(Simd::sums(sum), old, add, finish));
        continue;
      }
      alignas(64) float out[kLanes] = {};
      if (args.accumulate) {
        for (int r = 0; r < kRows; ++r) {
          for (int s = 0; s < columns; ++s) out[r * kColumns + s] = c[r * c_row + s];
        }
      }
      finished<Simd>(Simd::sums(sum), Batch::load_aligned(out), Batch::load_aligned(bias), finish).store_aligned(out);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        if (columns == kColumns) {
          __builtin_memcpy(c + r * c_row, out + r * kColumns, kColumns * sizeof(float));
        } else {
          for (int s = 0; s < columns; ++s) c[r * c_row + s] = out[r * kColumns + s];
        }
      }
    }
  }
}

/// compute_dots for one row at a time: of the last columns, no more are computed than there are, or one.
template <class Simd, int... kHalves>
void compute_rows(const SgemmArgs& args, Span rows, Span columns, std::integer_sequence<int, kHalves...>) {
  using Function = void (*)(const SgemmArgs&, Span, Span) noexcept;
  constexpr Function kFunctions[] = {compute_dots<Simd, 1, 2 * kHalves + 2>...};
  constexpr auto kLanes = static_cast<std::int64_t>(Simd::Batch::size);
  const std::int64_t whole = columns.end - (columns.end - columns.begin) % kLanes;
  if (whole > columns.begin) compute_dots<Simd, 1>(args, rows, {columns.begin, whole});
  if (whole < columns.end) kFunctions[(columns.end - whole - 1) / 2](args, rows, {whole, columns.end});
}

template <class Simd>
void multiply_by_dots(const SgemmArgs& args, Span columns) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size), kHalf = kLanes / 2;
  const bool few_left = (columns.end - columns.begin - 1) % 4 < 2;  // of ten, groups of four would waste two of twelve
  // Rows of A that stay in the L1 cache while the columns pass: 8 for 784 values each, 64 for 128.
  const std::int64_t group = args.k >= 1024 ? 8 : args.k <= 128 ? 64 : 8192 / args.k / 8 * 8;
  for (std::int64_t begin = 0; begin < args.m; begin += group) {
    const std::int64_t end = args.m - begin < group ? args.m : begin + group;
    const std::int64_t eights = few_left ? end - (end - begin) % kHalf : begin;
    const std::int64_t fours = kLanes == 16 ? end - (end - eights) % 4 : eights;
    const std::int64_t twos = end - (end - fours) % 2;
    compute_dots<Simd, kHalf>(args, {begin, eights}, columns);
    compute_dots<Simd, 4>(args, {eights, fours}, columns);
    compute_dots<Simd, 2>(args, {fours, twos}, columns);
    if (twos < end) compute_rows<Simd>(args, {twos, end}, columns, std::make_integer_sequence<int, kHalf>());
  }
}

/// The whole product. Dot products pack nothing, panels read B once: for few rows that matters. The way is chosen such
/// that parts of kSgemmSplitRows rows or kSgemmSplitColumns columns or more go the same, and have the same bits.
template <class Simd>
void multiply(const SgemmArgs& args) {
  if (args.m == 0 || args.n == 0) return;
  const bool rows_of_both = args.a_col == 1 && args.b_row == 1;
  const bool few_rows = args.m < 16 || (args.m < kSgemmSplitRows && args.k <= 1024);
  if (!rows_of_both || !(few_rows || args.n < kSgemmSplitColumns)) return multiply_by_panels<Simd>(args);
  // Columns whose rows of Bᵀ, 1 MB of them, stay in the L2 cache while the rows of A pass.
  const std::int64_t most = args.k <= 1024 ? 256 : 16;
  for (std::int64_t j = 0; j < args.n; j += most) {
    multiply_by_dots<Simd>(args, {j, args.n - j < most ? args.n : j + most});
  }
}

}  // namespace
}  // namespace tinytorch::kernels
