#include "tinytorch/base/shape.h"
#include "tinytorch/course/worker/scenario.h"

using namespace tinytorch;

/// Two shapes -> the shape they stretch to.
TT_SCENARIO(stretch) { out.set_integers("shape", broadcast_shapes(in.integers("a"), in.integers("b"))); }
