#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

namespace {

Tensor bias_of(const course::Values& in, bool requires_grad) {
  return in.has("bias") ? Tensor(in.array("bias"), requires_grad) : Tensor();
}

}  // namespace

/// x, weight, bias (or none), relu -> y.
TT_SCENARIO(forward) {
  out.set("y", linear(Tensor(in.array("x")), Tensor(in.array("weight")), bias_of(in, false), in.flag("relu")).value());
}

/// As forward, and the gradients of sum(dy · y) by x, weight and bias.
TT_SCENARIO(forward_and_gradient) {
  const Tensor x(in.array("x"), true), weight(in.array("weight"), true), bias = bias_of(in, true);
  const Tensor y = linear(x, weight, bias, in.flag("relu"));
  out.set("y", y.value());
  y.backward(in.array("dy"));
  out.set("dx", x.grad());
  out.set("dweight", weight.grad());
  if (bias.defined()) out.set("dbias", bias.grad());
}

/// The layer is used twice on an x that needs no gradient: the gradients of sum(dy · (y + y)) by weight and bias.
TT_SCENARIO(used_twice) {
  const Tensor x(in.array("x")), weight(in.array("weight"), true), bias = bias_of(in, true);
  const Tensor y = linear(x, weight, bias, in.flag("relu")) + linear(x, weight, bias, in.flag("relu"));
  y.backward(in.array("dy"));
  out.set("x_has_gradient", x.grad().defined());
  out.set("dweight", weight.grad());
  out.set("dbias", bias.grad());
}
