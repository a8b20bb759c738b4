#include <algorithm>
#include <chrono>
#include <vector>

#include "tinytorch/base/error.h"
#include "tinytorch/report/model_info.h"

tinytorch::Latency tinytorch::measure_latency(const std::function<void()>& call, std::int64_t min_runs,
                                              double min_seconds) {
  if (min_runs < 1) throw Error("[measure_latency] min_runs " + std::to_string(min_runs) + " is below 1");
  // STEP 1: a clock that never goes back, and one call that is not counted: it fills caches and allocates memory.
  // STEP 2: time each call by itself until there are enough of them.
  // STEP 3: sorted, a percentile is an element. The median shrugs off the few runs that something else disturbed.
  TT_TODO("09.4 measure_latency");
}
