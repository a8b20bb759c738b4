#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/kernels/adam/adam.h"

using namespace tinytorch;

/// Steps over all weights, one for each row of gradients (steps, weights), numbered from "first_step". Out: the weights
/// after each step, and m and v at the end.
TT_SCENARIO(steps) {
  const Array gradients = in.array("gradients");
  Array w = in.array("w").clone(), m = in.array("m").clone(), v = in.array("v").clone();
  Array track(gradients.shape());
  for (std::int64_t t = 0; t < gradients.dim(0); ++t) {
    kernels::adam_step_generic({.count = w.size(),
                                .weight = w.data(),
                                .gradient = gradients.data() + t * w.size(),
                                .m = m.data(),
                                .v = v.data(),
                                .lr = static_cast<float>(in.number("lr")),
                                .beta1 = static_cast<float>(in.number("beta1")),
                                .beta2 = static_cast<float>(in.number("beta2")),
                                .epsilon = static_cast<float>(in.number("epsilon")),
                                .weight_decay = static_cast<float>(in.number("weight_decay")),
                                .decoupled = in.flag("decoupled"),
                                .step = in.integer("first_step") + t});
    for (std::int64_t i = 0; i < w.size(); ++i) track.data()[t * w.size() + i] = w.data()[i];
  }
  out.set("w", track).set("m", m).set("v", v);
}
