#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/nn/losses.h"
#include "tinytorch/tensor/array_ops.h"

namespace tinytorch {
namespace {

/// (batch, classes), a label per row, each a class, and a smoothing in [0, 1).
void require_operands(const Array& logits, const Labels& labels, float label_smoothing) {
  const auto fail = [&](const std::string& why) {
    throw Error("[cross_entropy] logits " + to_string(logits.shape()) + ": " + why);
  };
  if (logits.rank() != 2 || logits.size() == 0) fail("(batch, classes) with at least one of each is needed");
  if (static_cast<std::int64_t>(labels.size()) != logits.dim(0))
    fail(std::to_string(labels.size()) + " labels; one per row is needed");
  if (!(label_smoothing >= 0 && label_smoothing < 1))
    fail("label smoothing " + std::to_string(label_smoothing) + " is not in [0, 1)");
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0 || labels[row] >= logits.dim(1))
      fail("label " + std::to_string(labels[row]) + " of row " + std::to_string(row) + " is no class");
  }
}

}  // namespace
}  // namespace tinytorch

tinytorch::Tensor tinytorch::cross_entropy(const Tensor& logits, const Labels& labels, float label_smoothing) {
  require_operands(logits.value(), labels, label_smoothing);
  // BEGIN SOLUTION
  // STEP 1: the gradient of the mean is (softmax - target) / batch: the exponentials serve the loss and the gradient.
  const std::int64_t batch = logits.dim(0), classes = logits.dim(1);
  Array gradient(logits.shape());
  const float spread = label_smoothing / static_cast<float>(classes);  // what every class gets of the target
  double total = 0;
  for (std::int64_t row = 0; row < batch; ++row) {
    const float* x = logits.value().data() + row * classes;
    float* g = gradient.data() + row * classes;
    const std::int64_t label = labels[static_cast<std::size_t>(row)];
    // STEP 2: subtract the largest logit, so that no exponential overflows and one of them is 1.
    const float largest = *std::max_element(x, x + classes);
    float sum = 0;
    for (std::int64_t j = 0; j < classes; ++j) sum += g[j] = std::exp(x[j] - largest);
    // STEP 3: -log softmax(x)[j] = log(sum) - (x[j] - largest), averaged over the target's shares of the classes.
    float shifted = (1 - label_smoothing) * (x[label] - largest);
    if (spread > 0)
      for (std::int64_t j = 0; j < classes; ++j) shifted += spread * (x[j] - largest);
    total += std::log(sum) - shifted;
    // STEP 4: turn the exponentials into the gradient.
    const float inverse_batch = 1.0f / static_cast<float>(batch), factor = inverse_batch / sum;
    for (std::int64_t j = 0; j < classes; ++j) g[j] = g[j] * factor - spread * inverse_batch;
    g[label] -= (1 - label_smoothing) * inverse_batch;
  }

  // STEP 5: the loss is a scalar; backward multiplies the gradient by what comes from above.
  Array loss(Shape{}, static_cast<float>(total / static_cast<double>(batch)));
  return make_op("cross_entropy", loss, {logits}, [gradient](const Array& above, const std::vector<Tensor>& inputs) {
    inputs[0].add_grad(above.item() == 1 ? gradient : scale(gradient, above.item()));
  });
  // END SOLUTION
}
