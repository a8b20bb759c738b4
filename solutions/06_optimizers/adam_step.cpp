#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/adam/adam.h"

void tinytorch::kernels::adam_step_generic(const AdamArgs& args) {
  // BEGIN SOLUTION
  // STEP 1: m and v start at zero and lean towards it in the first steps; dividing by these takes the lean out.
  const auto t = static_cast<double>(args.step);
  const auto correction_m = static_cast<float>(1 - std::pow(static_cast<double>(args.beta1), t));
  const auto correction_v = static_cast<float>(1 - std::pow(static_cast<double>(args.beta2), t));
  for (std::int64_t i = 0; i < args.count; ++i) {
    float& w = args.weight[i];
    float g = args.gradient[i];
    // STEP 2: weight decay: AdamW shrinks the weight itself, plain Adam adds to the gradient.
    if (args.decoupled) {
      w -= args.lr * args.weight_decay * w;
    } else {
      g += args.weight_decay * w;
    }
    // STEP 3: running means of the gradient and of its square.
    args.m[i] = args.beta1 * args.m[i] + (1 - args.beta1) * g;
    args.v[i] = args.beta2 * args.v[i] + (1 - args.beta2) * g * g;
    // STEP 4: a step of about lr whatever the gradient's size; epsilon keeps the division from exploding.
    w -= args.lr * (args.m[i] / correction_m) / (std::sqrt(args.v[i] / correction_v) + args.epsilon);
  }
  // END SOLUTION
}
