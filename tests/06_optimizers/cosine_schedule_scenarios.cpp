#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/optim/schedule.h"

using namespace tinytorch;

/// The factor at each of the steps.
TT_SCENARIO(factors) {
  const std::vector<std::int64_t> steps = in.integers("steps");
  Array factors({static_cast<std::int64_t>(steps.size())});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    factors.data()[i] =
        cosine_schedule(steps[i], in.integer("total"), in.integer("warmup"), static_cast<float>(in.number("floor")));
  }
  out.set("factors", factors);
}
