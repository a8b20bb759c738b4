#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/optim/schedule.h"

using namespace tinytorch;

namespace {

std::string name(const char* what, std::int64_t i) { return what + std::to_string(i); }

/// Parameter i has the gradient "g<i>", or none if there is no such input.
void clip(const course::Values& in, course::Values& out, const std::vector<Array>& gradients) {
  std::vector<Tensor> parameters;
  for (const Array& gradient : gradients) {
    parameters.emplace_back(Array(gradient.defined() ? gradient.shape() : Shape{2}, 1.0f), true);
    if (gradient.defined()) parameters.back().add_grad(gradient);
  }
  out.set("norm", double{clip_grad_norm(parameters, static_cast<float>(in.number("max_norm")))});
  for (std::int64_t i = 0; i < std::ssize(parameters); ++i) {
    const Array& gradient = parameters[static_cast<std::size_t>(i)].grad();
    if (gradient.defined()) out.set(name("g", i), gradient);
  }
}

}  // namespace

TT_SCENARIO(clip) {
  std::vector<Array> gradients;
  for (std::int64_t i = 0; i < in.integer("parameters"); ++i)
    gradients.push_back(in.has(name("g", i)) ? in.array(name("g", i)) : Array());
  clip(in, out, gradients);
}

/// Two parameters whose gradients are the same memory, which somebody else holds too, as after the gradient of a sum.
TT_SCENARIO(clip_shared) {
  const Array shared = in.array("g0").clone();
  clip(in, out, {shared, shared});
  out.set("held", shared);
}
