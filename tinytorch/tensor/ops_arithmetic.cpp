#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using Inputs = std::vector<Tensor>;

/// Adds to an input's gradient what compute() returns, summed down to the input's shape; computes it only if it is
/// wanted.
template <class Compute>
void hand_on(const Tensor& input, Compute compute) {
  if (input.requires_grad()) input.add_grad(unbroadcast(compute(), input.shape()));
}

/// y = x * factor + offset.
Tensor affine(const char* name, const Tensor& x, float factor, float offset) {
  return make_op(name, scale(x.value(), factor, offset), {x},
                 [factor](const Array& dy, const Inputs& in) { in[0].add_grad(factor == 1 ? dy : scale(dy, factor)); });
}

/// y is a where a is the chosen one of the two, else b.
Tensor extremum(const char* name, const Tensor& a, const Tensor& b, Array y) {
  return make_op(name, y, {a, b}, [y](const Array& dy, const Inputs& in) {
    const Array &x0 = in[0].value(), &x1 = in[1].value();
    const Array tie = equal(x0, x1);
    const auto share = [&](const Array& own) { return multiply(dy, multiply(equal(own, y), scale(tie, -0.5f, 1.0f))); };
    hand_on(in[0], [&] { return share(x0); });
    hand_on(in[1], [&] { return share(x1); });
  });
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  return make_op("add", add(a.value(), b.value()), {a, b}, [](const Array& dy, const Inputs& in) {
    for (const Tensor& input : in) hand_on(input, [&] { return dy; });
  });
}

Tensor subtract(const Tensor& a, const Tensor& b) {
  return make_op("subtract", subtract(a.value(), b.value()), {a, b}, [](const Array& dy, const Inputs& in) {
    hand_on(in[0], [&] { return dy; });
    hand_on(in[1], [&] { return negate(dy); });
  });
}

Tensor divide(const Tensor& a, const Tensor& b) {
  const Array y = divide(a.value(), b.value());
  return make_op("divide", y, {a, b}, [y](const Array& dy, const Inputs& in) {
    hand_on(in[0], [&] { return divide(dy, in[1].value()); });
    hand_on(in[1], [&] { return negate(divide(multiply(dy, y), in[1].value())); });  // -a / b² = -y / b
  });
}

Tensor maximum(const Tensor& a, const Tensor& b) { return extremum("maximum", a, b, maximum(a.value(), b.value())); }
Tensor minimum(const Tensor& a, const Tensor& b) { return extremum("minimum", a, b, minimum(a.value(), b.value())); }

Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
Tensor operator-(const Tensor& a, const Tensor& b) { return subtract(a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return multiply(a, b); }
Tensor operator/(const Tensor& a, const Tensor& b) { return divide(a, b); }

Tensor operator+(const Tensor& a, float b) { return affine("add", a, 1, b); }
Tensor operator-(const Tensor& a, float b) { return affine("subtract", a, 1, -b); }
Tensor operator*(const Tensor& a, float b) { return affine("multiply", a, b, 0); }
Tensor operator/(const Tensor& a, float b) { return divide(a, full({}, b)); }  // a times 1 / b would round twice
Tensor operator+(float a, const Tensor& b) { return affine("add", b, 1, a); }
Tensor operator-(float a, const Tensor& b) { return affine("subtract", b, -1, a); }
Tensor operator*(float a, const Tensor& b) { return affine("multiply", b, a, 0); }
Tensor operator/(float a, const Tensor& b) { return divide(full({}, a), b); }
Tensor operator-(const Tensor& a) {
  return make_op("negate", negate(a.value()), {a},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(negate(dy)); });
}

}  // namespace tinytorch
