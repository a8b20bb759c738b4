#include <cmath>
#include <numbers>

#include "tinytorch/base/error.h"
#include "tinytorch/optim/schedule.h"

float tinytorch::cosine_schedule(std::int64_t step, std::int64_t total, std::int64_t warmup, float floor) {
  if (step < 0 || total < 0 || warmup < 0) {
    throw Error("[cosine_schedule] step " + std::to_string(step) + ", total " + std::to_string(total) + ", warmup " +
                std::to_string(warmup) + ": none may be negative");
  }
  // STEP 1: during warm-up the factor rises linearly and reaches 1 at its last step.
  // STEP 2: from total on it is the floor.
  // STEP 3: between, (1 + cos) / 2 falls from 1 to 0 while the angle goes from 0 to pi.
  TT_TODO("06.3 cosine_schedule");
}
