#include "tinytorch/base/error.h"
#include "tinytorch/nn/losses.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::mse_loss(const Tensor& prediction, const Tensor& target) {
  // STEP 1: the shapes must be equal; broadcasting here would hide a mistake. A mean over nothing is an Error too.
  // STEP 2: the mean of the squared differences; the operations bring their gradients along.
  TT_TODO("05.1 mse_loss");
}
