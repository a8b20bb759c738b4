#include "tinytorch/tensor/check.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using Inputs = std::vector<Tensor>;

/// A reduced array with ones where axes were reduced, so that it broadcasts against what it was reduced from.
Array with_ones(const Array& reduced, const Shape& shape, const Axes& axes) {
  return reduced.reshape(reduced_shape(shape, axes, true));
}

}  // namespace

Tensor sum(const Tensor& x, const Axes& axes, bool keepdims) {
  return make_op("sum", sum(x.value(), axes, keepdims), {x}, [axes](const Array& dy, const Inputs& in) {
    const Shape& shape = in[0].shape();
    in[0].add_grad(broadcast_to(with_ones(dy, shape, normalize_axes("sum", axes, shape.size())), shape));
  });
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdims) {
  return make_op("mean", mean(x.value(), axes, keepdims), {x}, [axes](const Array& dy, const Inputs& in) {
    const Shape& shape = in[0].shape();
    const float share = static_cast<float>(dy.size()) / static_cast<float>(in[0].size());
    in[0].add_grad(broadcast_to(scale(with_ones(dy, shape, normalize_axes("mean", axes, shape.size())), share), shape));
  });
}

Tensor max(const Tensor& x, const Axes& axes, bool keepdims) {
  const Array y = max(x.value(), axes, keepdims);
  return make_op("max", y, {x}, [y, axes](const Array& dy, const Inputs& in) {
    const Shape& shape = in[0].shape();
    const Axes reduced = normalize_axes("max", axes, shape.size());
    const Array is_max = equal(in[0].value(), with_ones(y, shape, reduced));
    const Array count = sum(is_max, reduced, true);
    in[0].add_grad(multiply(is_max, divide(with_ones(dy, shape, reduced), count)));
  });
}

Tensor argmax(const Tensor& x, std::optional<std::int64_t> axis, bool keepdims) {
  return Tensor(argmax(x.value(), axis, keepdims));
}

}  // namespace tinytorch
