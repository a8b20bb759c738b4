#include "tinytorch/base/error.h"
#include "tinytorch/report/model_info.h"

std::int64_t tinytorch::model_bytes(const Module& model) {
  // STEP 1: a parameter holds its values.
  // STEP 2: and after backward() as many numbers again: its gradient. Before, and after zero_grad(), there is none.
  // STEP 3: every number is a float32.
  TT_TODO("09.2 model_bytes");
}
