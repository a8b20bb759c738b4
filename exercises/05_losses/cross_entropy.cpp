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
  // STEP 1: the gradient of the mean is (softmax - target) / batch: the exponentials serve the loss and the gradient.
  // STEP 2: subtract the largest logit, so that no exponential overflows and one of them is 1.
  // STEP 3: -log softmax(x)[j] = log(sum) - (x[j] - largest), averaged over the target's shares of the classes.
  // STEP 4: turn the exponentials into the gradient.
  // STEP 5: the loss is a scalar; backward multiplies the gradient by what comes from above.
  TT_TODO("05.3 cross_entropy");
}
