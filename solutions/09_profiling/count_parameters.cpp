#include "tinytorch/base/error.h"
#include "tinytorch/report/model_info.h"

std::int64_t tinytorch::count_parameters(const Module& model) {
  // BEGIN SOLUTION
  // STEP 1: add up the elements of every parameter. One that two layers share is counted once.
  std::int64_t count = 0;
  for (const Tensor& p : model.parameters()) count += p.size();
  return count;
  // END SOLUTION
}
