#include "tinytorch/nn/losses.h"

#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/array_ops.h"

namespace tinytorch {

Tensor binary_cross_entropy(const Tensor& logits, const Tensor& target) {
  if (logits.shape() != target.shape() || logits.size() == 0) {
    throw Error("[binary_cross_entropy] logits " + to_string(logits.shape()) + " and target " +
                to_string(target.shape()) + ": equal shapes with at least one element are needed");
  }
  const float inverse_count = 1.0f / static_cast<float>(logits.size());
  Array logits_gradient(logits.shape()), target_gradient(logits.shape());
  const auto x = logits.value().values(), t = target.value().values();
  double total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(t[i] >= 0 && t[i] <= 1)) {
      throw Error("[binary_cross_entropy] target " + std::to_string(t[i]) + " of element " + std::to_string(i) +
                  " is not in [0, 1]");
    }
    // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), where nothing overflows.
    const float e = std::exp(-std::abs(x[i]));
    total += (x[i] > 0 ? x[i] : 0) - x[i] * t[i] + std::log1p(e);
    const float sigmoid = (x[i] >= 0 ? 1 : e) / (1 + e);
    logits_gradient.data()[i] = (sigmoid - t[i]) * inverse_count;
    target_gradient.data()[i] = -x[i] * inverse_count;
  }
  Array loss(Shape{}, static_cast<float>(total / static_cast<double>(logits.size())));
  return make_op("binary_cross_entropy", loss, {logits, target},
                 [logits_gradient, target_gradient](const Array& above, const std::vector<Tensor>& inputs) {
                   inputs[0].add_grad(scale(logits_gradient, above.item()));
                   inputs[1].add_grad(scale(target_gradient, above.item()));
                 });
}

}  // namespace tinytorch
