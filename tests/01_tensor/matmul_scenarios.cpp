#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/kernels/sgemm/sgemm.h"

using namespace tinytorch;

/// a (M, K) and b (K, N), side by side in memory; c (M, N) is what the result's memory holds before. A bias of N values
/// may be given. -> c.
TT_SCENARIO(multiply) {
  const Array a = in.array("a"), b = in.array("b");
  Array c = in.array("c"), bias;
  if (in.has("bias")) bias = in.array("bias");
  const std::int64_t m = a.dim(0), k = a.dim(1), n = b.dim(1);
  kernels::sgemm_generic({.m = m,
                          .n = n,
                          .k = k,
                          .a = a.data(),
                          .a_row = k,
                          .a_col = 1,
                          .b = b.data(),
                          .b_row = n,
                          .b_col = 1,
                          .c = c.data(),
                          .c_row = n,
                          .accumulate = in.flag("accumulate"),
                          .bias = bias.defined() ? bias.data() : nullptr,
                          .relu = in.flag("relu")});
  out.set("c", c);
}

/// a, b and c are memory; steps holds m, n, k, a_row, a_col, b_row, b_col, c_row. -> c, all of it.
TT_SCENARIO(multiply_with_steps) {
  const Array a = in.array("a"), b = in.array("b");
  Array c = in.array("c");
  const std::vector<std::int64_t> s = in.integers("steps");
  kernels::sgemm_generic({.m = s.at(0),
                          .n = s.at(1),
                          .k = s.at(2),
                          .a = a.data(),
                          .a_row = s.at(3),
                          .a_col = s.at(4),
                          .b = b.data(),
                          .b_row = s.at(5),
                          .b_col = s.at(6),
                          .c = c.data(),
                          .c_row = s.at(7)});
  out.set("c", c);
}
