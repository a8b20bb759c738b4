#include "tinytorch/base/error.h"
#include "tinytorch/nn/losses.h"
#include "tinytorch/tensor/ops.h"

tinytorch::Tensor tinytorch::mse_loss(const Tensor& prediction, const Tensor& target) {
  // BEGIN SOLUTION
  // STEP 1: the shapes must be equal; broadcasting here would hide a mistake. A mean over nothing is an Error too.
  if (prediction.shape() != target.shape() || prediction.size() == 0) {
    throw Error("[mse_loss] prediction " + to_string(prediction.shape()) + " and target " + to_string(target.shape()) +
                ": equal shapes with at least one element are needed");
  }
  // STEP 2: the mean of the squared differences; the operations bring their gradients along.
  return mean(square(prediction - target));
  // END SOLUTION
}
