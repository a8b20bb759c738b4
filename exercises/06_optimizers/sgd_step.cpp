#include "tinytorch/base/error.h"
#include "tinytorch/kernels/sgd/sgd.h"

void tinytorch::kernels::sgd_step_generic(const SgdArgs& args) {
  // STEP 1: weight decay pulls every weight towards zero; it joins the gradient.
  // STEP 2: the velocity remembers past gradients. Without momentum there is none: the step is the gradient.
  // STEP 3: Nesterov looks one step ahead along the new velocity.
  // STEP 4: go downhill.
  TT_TODO("06.1 sgd_step");
}
