#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/nn/losses.h"
#include "tinytorch/tensor/array_ops.h"

tinytorch::Tensor tinytorch::cross_entropy(const Tensor& logits, const Labels& labels, float label_smoothing) {
  // STEP 1: check the operands: (batch, classes), a label per row, each a class, smoothing in [0, 1).
  // STEP 2: the gradient of the mean is (softmax - target) / batch: the exponentials serve the loss and the gradient.
  // STEP 3: subtract the largest logit, so that no exponential overflows and one of them is 1.
  // STEP 4: -log softmax(x)[j] = log(sum) - (x[j] - largest), averaged over the target's shares of the classes.
  // STEP 5: turn the exponentials into the gradient.
  // STEP 6: the loss is a scalar; backward multiplies the gradient by what comes from above.
  TT_TODO("05 cross_entropy");
}
