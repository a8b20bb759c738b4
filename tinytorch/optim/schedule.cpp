#include "tinytorch/optim/schedule.h"

#include <cmath>

#include "tinytorch/base/error.h"

namespace tinytorch {

float step_schedule(std::int64_t step, std::int64_t every, float gamma, std::int64_t warmup) {
  if (step < 0 || every < 1 || warmup < 0) {
    throw Error("[step_schedule] step " + std::to_string(step) + ", every " + std::to_string(every) + ", warmup " +
                std::to_string(warmup) + ": every must be positive, and the others not negative");
  }
  if (step < warmup) return static_cast<float>(step + 1) / static_cast<float>(warmup);
  return static_cast<float>(std::pow(static_cast<double>(gamma), static_cast<double>((step - warmup) / every)));
}

float Schedule::factor(std::int64_t step) const {
  if (kind == "constant") return step < warmup ? static_cast<float>(step + 1) / static_cast<float>(warmup) : 1.0f;
  if (kind == "cosine") return cosine_schedule(step, total, warmup, floor);
  if (kind == "step") return step_schedule(step, every, gamma, warmup);
  throw Error("[schedule] \"" + kind + "\" is unknown; known are constant, cosine, step");
}

}  // namespace tinytorch
