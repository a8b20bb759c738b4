#include "tinytorch/base/error.h"
#include "tinytorch/report/model_info.h"

std::int64_t tinytorch::model_bytes(const Module& model) {
  // BEGIN SOLUTION
  std::int64_t elements = 0;
  for (const Tensor& parameter : model.parameters()) {
    // STEP 1: a parameter holds its values.
    elements += parameter.size();
    // STEP 2: and after backward() as many numbers again: its gradient. Before, and after zero_grad(), there is none.
    if (parameter.grad().defined()) elements += parameter.grad().size();
  }
  // STEP 3: every number is a float32.
  return elements * static_cast<std::int64_t>(sizeof(float));
  // END SOLUTION
}
