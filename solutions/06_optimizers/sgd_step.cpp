#include "tinytorch/base/error.h"
#include "tinytorch/kernels/sgd/sgd.h"

void tinytorch::kernels::sgd_step_generic(const SgdArgs& args) {
  // BEGIN SOLUTION
  for (std::int64_t i = 0; i < args.count; ++i) {
    // STEP 1: weight decay pulls every weight towards zero; it joins the gradient.
    const float g = args.gradient[i] + args.weight_decay * args.weight[i];
    // STEP 2: the velocity remembers past gradients. Without momentum there is none: the step is the gradient.
    float step = g;
    if (args.momentum != 0) {
      args.velocity[i] = args.momentum * args.velocity[i] + g;
      // STEP 3: Nesterov looks one step ahead along the new velocity.
      step = args.nesterov ? g + args.momentum * args.velocity[i] : args.velocity[i];
    }
    // STEP 4: go downhill.
    args.weight[i] -= args.lr * step;
  }
  // END SOLUTION
}
