#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/init.h"

using namespace tinytorch;

/// shape, gain, seed -> the weight, and the number that the generator gives next.
TT_SCENARIO(draw) {
  Rng rng(static_cast<std::uint64_t>(in.integer("seed")));
  out.set("weight", kaiming_uniform(in.integers("shape"), static_cast<float>(in.number("gain")), rng));
  out.set("next", static_cast<double>(rng.uniform()));
}
