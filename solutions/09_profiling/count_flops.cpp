#include "tinytorch/base/error.h"
#include "tinytorch/nn/sequential.h"
#include "tinytorch/report/model_info.h"

std::int64_t tinytorch::count_flops(const Module& model, std::int64_t batch) {
  if (batch < 0) throw Error("[count_flops] batch " + std::to_string(batch) + " is negative");
  // BEGIN SOLUTION
  // STEP 1: a Sequential costs what its modules cost together.
  if (const auto* sequential = dynamic_cast<const Sequential*>(&model)) {
    std::int64_t total = 0;
    for (const ModulePtr& module : sequential->modules()) total += count_flops(*module, batch);
    return total;
  }
  // STEP 2: each output of a Linear is in_features multiplications and as many additions, and one more for the bias.
  if (const auto* linear = dynamic_cast<const Linear*>(&model)) {
    const std::int64_t bias = linear->bias().defined() ? 1 : 0;
    return batch * linear->out_features() * (2 * linear->in_features() + bias);
  }
  // STEP 3: everything else is small beside it, and counts as 0.
  return 0;
  // END SOLUTION
}
