#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/optim/schedule.h"

float tinytorch::clip_grad_norm(const std::vector<Tensor>& parameters, float max_norm) {
  if (!(max_norm > 0)) throw Error("[clip_grad_norm] max_norm " + std::to_string(max_norm) + " is not positive");
  // STEP 1: one sum of squares over all gradients together, in double: it has many terms. Some parameters have no
  // gradient.
  // STEP 2: scale only what is too long; a norm that is NaN or Inf gives no useful factor.
  TT_TODO("06.4 clip_grad_norm");
}
