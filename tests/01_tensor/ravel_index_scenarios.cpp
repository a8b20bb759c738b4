#include "tinytorch/base/shape.h"
#include "tinytorch/course/worker/scenario.h"

using namespace tinytorch;

/// An index and a shape -> the position in memory.
TT_SCENARIO(locate) { out.set("position", ravel_index(in.integers("index"), in.integers("shape"))); }
