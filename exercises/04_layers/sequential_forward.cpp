#include "tinytorch/base/error.h"
#include "tinytorch/nn/sequential.h"

tinytorch::Tensor tinytorch::Sequential::forward(const Tensor& x) {
  // STEP 1: each step takes what the step before gave. steps_ are the modules, some of them already joined by plan().
  TT_TODO("04.3 sequential_forward");
}
