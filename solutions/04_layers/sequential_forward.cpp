#include "tinytorch/base/error.h"
#include "tinytorch/nn/sequential.h"

tinytorch::Tensor tinytorch::Sequential::forward(const Tensor& x) {
  // BEGIN SOLUTION
  // STEP 1: each step takes what the step before gave. steps_ are the modules, some of them already joined by plan().
  Tensor y = x;
  for (const ModulePtr& step : steps_) y = step->forward(y);
  return y;
  // END SOLUTION
}
