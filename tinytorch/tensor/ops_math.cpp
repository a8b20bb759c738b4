#include <numbers>

#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {
using Inputs = std::vector<Tensor>;
}  // namespace

Tensor exp(const Tensor& x) {
  const Array y = exp(x.value());
  return make_op("exp", y, {x}, [y](const Array& dy, const Inputs& in) { in[0].add_grad(multiply(dy, y)); });
}

Tensor log(const Tensor& x) {
  return make_op("log", log(x.value()), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(divide(dy, in[0].value())); });
}

Tensor sqrt(const Tensor& x) {
  const Array y = sqrt(x.value());
  return make_op("sqrt", y, {x}, [y](const Array& dy, const Inputs& in) { in[0].add_grad(divide(dy, scale(y, 2))); });
}

Tensor abs(const Tensor& x) {
  return make_op("abs", abs(x.value()), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(multiply(dy, sign(in[0].value()))); });
}

Tensor sin(const Tensor& x) {
  return make_op("sin", sin(x.value()), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(multiply(dy, cos(in[0].value()))); });
}

Tensor cos(const Tensor& x) {
  return make_op("cos", cos(x.value()), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(multiply(dy, negate(sin(in[0].value())))); });
}

Tensor tanh(const Tensor& x) {
  const Array y = tanh(x.value());
  return make_op("tanh", y, {x}, [y](const Array& dy, const Inputs& in) {
    in[0].add_grad(multiply(dy, scale(square(y), -1, 1)));  // 1 - y²
  });
}

Tensor erf(const Tensor& x) {
  return make_op("erf", erf(x.value()), {x}, [](const Array& dy, const Inputs& in) {
    const Array bell = exp(negate(square(in[0].value())));
    in[0].add_grad(multiply(dy, scale(bell, 2 * std::numbers::inv_sqrtpi_v<float>)));  // 2/√π e^(-x²)
  });
}

Tensor square(const Tensor& x) {
  return make_op("square", square(x.value()), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(multiply(dy, scale(in[0].value(), 2))); });
}

Tensor pow(const Tensor& x, float exponent) {
  return make_op("pow", pow(x.value(), exponent), {x}, [exponent](const Array& dy, const Inputs& in) {
    // x⁰ is constant, also at 0, where 0 · x⁻¹ would be NaN.
    if (exponent == 0) return in[0].add_grad(Array(dy.shape(), 0.0f));
    in[0].add_grad(multiply(dy, scale(pow(in[0].value(), exponent - 1), exponent)));
  });
}

}  // namespace tinytorch
