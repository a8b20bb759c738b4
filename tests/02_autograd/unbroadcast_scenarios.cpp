#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/array_ops.h"

using namespace tinytorch;

/// gradient, shape -> the gradient summed down to that shape, and whether it lies in the same memory.
TT_SCENARIO(sum_down) {
  const Array gradient = in.array("gradient");
  const Array result = unbroadcast(gradient, in.integers("shape"));
  out.set("result", result).set("shared", result.shares_memory_with(gradient));
}
