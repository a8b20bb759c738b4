#include <limits>

#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/array_ops.h"

using namespace tinytorch;

/// Arrays that are made next get memory that was used before: what nobody writes there is not 0 by luck.
static void use_memory() {
  for (std::int64_t count = 16; count <= 4096; count += 16) Array({count}, std::numeric_limits<float>::quiet_NaN());
}

/// a, b -> a + b.
TT_SCENARIO(add_arrays) {
  const Array a = in.array("a"), b = in.array("b");
  use_memory();
  out.set("sum", add(a, b));
}

/// a, b -> both as they are after add, and whether the result lies in the memory of one of them.
TT_SCENARIO(operands) {
  const Array a = in.array("a"), b = in.array("b");
  const Array result = add(a, b);
  out.set("a", a).set("b", b).set("shared", result.shares_memory_with(a) || result.shares_memory_with(b));
}
