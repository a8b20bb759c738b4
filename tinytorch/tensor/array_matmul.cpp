#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/tensor/check.h"

namespace tinytorch {
namespace {

/// A stack of matrices as it lies in memory.
struct Matrices {
  std::int64_t rows, columns;          ///< after transposing
  std::int64_t row_step, column_step;  ///< in elements
  Shape stack;                         ///< the leading axes

  Matrices(const Array& a, bool transposed) {
    rows = a.dim(-2), columns = a.dim(-1);
    row_step = columns, column_step = 1;
    if (transposed) std::swap(rows, columns), std::swap(row_step, column_step);
    stack.assign(a.shape().begin(), a.shape().end() - 2);
  }
};

/// Position of matrix number `i` of a broadcast stack among those that an operand holds.
std::int64_t source_of(std::int64_t i, const Shape& stack, const Shape& own) {
  std::int64_t position = 0, step = 1;
  for (std::size_t back = 1; back <= stack.size(); ++back) {
    const std::int64_t size = stack[stack.size() - back], index = i % size;
    i /= size;
    if (back > own.size()) break;
    if (own[own.size() - back] != 1) position += index * step;
    step *= own[own.size() - back];
  }
  return position;
}

}  // namespace

Array matmul(const Array& a, const Array& b, bool transpose_a, bool transpose_b) {
  require_defined("matmul", a);
  require_defined("matmul", b);
  const auto fail = [&](const std::string& why) {
    throw Error("[matmul] x " + to_string(a.shape()) + (transpose_a ? " transposed" : "") + " and w " +
                to_string(b.shape()) + (transpose_b ? " transposed" : "") + ": " + why);
  };
  if (a.rank() < 2 || b.rank() < 2) fail("both need two axes or more; reshape a vector to one row or one column");
  Matrices x(a, transpose_a), y(b, transpose_b);
  if (x.columns != y.rows) {
    fail("inner sizes " + std::to_string(x.columns) + " and " + std::to_string(y.rows) + " differ");
  }

  Shape shape;
  try {
    shape = broadcast_shapes(x.stack, y.stack);
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error&) {
    fail("the axes before the last two do not broadcast");
  }
  const Shape stack = shape;
  shape.push_back(x.rows);
  shape.push_back(y.columns);
  Array result(shape);
  if (x.columns == 0) std::ranges::fill(result.values(), 0.0f);
  if (x.columns == 0 || result.size() == 0) return result;

  // One matrix for a whole stack on the left: the stack's rows make one tall matrix, and one call does it all.
  std::int64_t count = element_count(stack);
  if (!transpose_a && element_count(y.stack) == 1) {
    x.rows *= count;
    count = 1;
  }
  for (std::int64_t i = 0; i < count; ++i) {
    kernels::sgemm({.m = x.rows,
                    .n = y.columns,
                    .k = x.columns,
                    .a = a.data() + source_of(i, stack, x.stack) * x.rows * x.columns,
                    .a_row = x.row_step,
                    .a_col = x.column_step,
                    .b = b.data() + source_of(i, stack, y.stack) * y.rows * y.columns,
                    .b_row = y.row_step,
                    .b_col = y.column_step,
                    .c = result.data() + i * x.rows * y.columns,
                    .c_row = y.columns});
  }
  return result;
}

}  // namespace tinytorch
