#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {
using Inputs = std::vector<Tensor>;
}  // namespace

Tensor reshape(const Tensor& x, Shape shape) {
  return make_op("reshape", x.value().reshape(std::move(shape)), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(dy.reshape(in[0].shape())); });
}

Tensor permute(const Tensor& x, const Axes& order) {
  return make_op("permute", permute(x.value(), order), {x}, [order](const Array& dy, const Inputs& in) {
    Axes back(order.size());  // axis i of y is axis order[i] of x
    for (std::size_t i = 0; i < order.size(); ++i) {
      back[static_cast<std::size_t>(normalize_axis(order[i], order.size(), "permute"))] = static_cast<std::int64_t>(i);
    }
    in[0].add_grad(permute(dy, back));
  });
}

Tensor transpose(const Tensor& x) {
  return make_op("transpose", transpose(x.value()), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(transpose(dy)); });
}

Tensor broadcast_to(const Tensor& x, const Shape& shape) {
  return make_op("broadcast_to", broadcast_to(x.value(), shape), {x},
                 [](const Array& dy, const Inputs& in) { in[0].add_grad(unbroadcast(dy, in[0].shape())); });
}

Tensor slice(const Tensor& x, std::int64_t axis, std::int64_t begin, std::int64_t end, std::int64_t step) {
  return make_op("slice", slice(x.value(), axis, begin, end, step), {x}, [=](const Array& dy, const Inputs& in) {
    in[0].add_grad(unslice(dy, in[0].shape(), axis, begin, end, step));
  });
}

Tensor concat(const std::vector<Tensor>& parts, std::int64_t axis) {
  std::vector<Array> values;
  for (const Tensor& part : parts) values.push_back(part.value());
  return make_op("concat", concat(values, axis), parts, [axis](const Array& dy, const Inputs& in) {
    std::int64_t begin = 0;
    for (const Tensor& part : in) {
      const std::int64_t end = begin + part.dim(axis);
      if (part.requires_grad()) part.add_grad(slice(dy, axis, begin, end));
      begin = end;
    }
  });
}

}  // namespace tinytorch
