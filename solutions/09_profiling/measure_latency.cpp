#include <algorithm>
#include <chrono>
#include <vector>

#include "tinytorch/base/error.h"
#include "tinytorch/report/model_info.h"

tinytorch::Latency tinytorch::measure_latency(const std::function<void()>& call, std::int64_t min_runs,
                                              double min_seconds) {
  if (min_runs < 1) throw Error("[measure_latency] min_runs " + std::to_string(min_runs) + " is below 1");
  // BEGIN SOLUTION
  // STEP 1: a clock that never goes back, and one call that is not counted: it fills caches and allocates memory.
  using Clock = std::chrono::steady_clock;
  call();
  // STEP 2: time each call by itself until there are enough of them.
  std::vector<double> seconds;
  double total = 0;
  while (static_cast<std::int64_t>(seconds.size()) < min_runs || total < min_seconds) {
    const auto begin = Clock::now();
    call();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    total += seconds.back();
  }
  // STEP 3: sorted, a percentile is an element. The median shrugs off the few runs that something else disturbed.
  std::ranges::sort(seconds);
  const std::size_t last = seconds.size() - 1;
  return {seconds[seconds.size() / 2], seconds[last / 10], seconds[last - last / 10],
          static_cast<std::int64_t>(seconds.size())};
  // END SOLUTION
}
