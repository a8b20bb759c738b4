#include "tinytorch/tensor/ops.h"

namespace tinytorch {

Tensor operator==(const Tensor& a, const Tensor& b) { return Tensor(equal(a.value(), b.value())); }
Tensor operator!=(const Tensor& a, const Tensor& b) { return Tensor(not_equal(a.value(), b.value())); }
Tensor operator<(const Tensor& a, const Tensor& b) { return Tensor(less(a.value(), b.value())); }
Tensor operator<=(const Tensor& a, const Tensor& b) { return Tensor(less_equal(a.value(), b.value())); }
Tensor operator>(const Tensor& a, const Tensor& b) { return Tensor(greater(a.value(), b.value())); }
Tensor operator>=(const Tensor& a, const Tensor& b) { return Tensor(greater_equal(a.value(), b.value())); }

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  const Array chosen = condition.value();
  return make_op("where", where(chosen, a.value(), b.value()), {a, b},
                 [chosen](const Array& dy, const std::vector<Tensor>& in) {
                   const Array zero(Shape{}, 0.0f);
                   if (in[0].requires_grad()) in[0].add_grad(unbroadcast(where(chosen, dy, zero), in[0].shape()));
                   if (in[1].requires_grad()) in[1].add_grad(unbroadcast(where(chosen, zero, dy), in[1].shape()));
                 });
}

}  // namespace tinytorch
