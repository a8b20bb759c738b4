#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/kernels/sgd/sgd.h"

using namespace tinytorch;

/// Steps over the first `count` of the weights, one for each row of gradients (steps, weights). Without an input
/// "velocity" the pointer is null. Out: the weights after each step, and the velocity at the end.
TT_SCENARIO(steps) {
  const Array gradients = in.array("gradients");
  Array w = in.array("w").clone();
  Array velocity = in.has("velocity") ? in.array("velocity").clone() : Array();
  Array track(gradients.shape());
  for (std::int64_t t = 0; t < gradients.dim(0); ++t) {
    kernels::sgd_step_generic({.count = in.integer("count"),
                               .weight = w.data(),
                               .gradient = gradients.data() + t * w.size(),
                               .velocity = velocity.data(),
                               .lr = static_cast<float>(in.number("lr")),
                               .momentum = static_cast<float>(in.number("momentum")),
                               .weight_decay = static_cast<float>(in.number("weight_decay")),
                               .nesterov = in.flag("nesterov")});
    for (std::int64_t i = 0; i < w.size(); ++i) track.data()[t * w.size() + i] = w.data()[i];
  }
  out.set("w", track);
  if (velocity.defined()) out.set("velocity", velocity);
}
