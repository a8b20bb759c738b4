#include <cmath>
#include <numbers>

#include "tinytorch/base/error.h"
#include "tinytorch/optim/schedule.h"

float tinytorch::cosine_schedule(std::int64_t step, std::int64_t total, std::int64_t warmup, float floor) {
  if (step < 0 || total < 0 || warmup < 0) {
    throw Error("[cosine_schedule] step " + std::to_string(step) + ", total " + std::to_string(total) + ", warmup " +
                std::to_string(warmup) + ": none may be negative");
  }
  // BEGIN SOLUTION
  // STEP 1: during warm-up the factor rises linearly and reaches 1 at its last step.
  if (step < warmup) return static_cast<float>(step + 1) / static_cast<float>(warmup);
  // STEP 2: from total on it is the floor.
  if (step >= total) return floor;
  // STEP 3: between, (1 + cos) / 2 falls from 1 to 0 while the angle goes from 0 to pi.
  const double angle = std::numbers::pi * static_cast<double>(step - warmup) / static_cast<double>(total - warmup);
  return static_cast<float>(floor + (1 - floor) * (1 + std::cos(angle)) / 2);
  // END SOLUTION
}
