#include <limits>

#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/array_ops.h"

using namespace tinytorch;

/// Arrays that are made next get memory that was used before: what nobody writes there is not 0 by luck.
static void use_memory() {
  for (std::int64_t count = 16; count <= 4096; count += 16) Array({count}, std::numeric_limits<float>::quiet_NaN());
}

/// x, axes, keepdims -> sum(x, axes, keepdims).
TT_SCENARIO(sum_over) {
  const Array x = in.array("x");
  use_memory();
  out.set("sum", sum(x, in.integers("axes"), in.flag("keepdims")));
}
