#include <chrono>
#include <thread>

#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/report/model_info.h"

using namespace tinytorch;

/// Times a call that sleeps milliseconds[i] when it runs for the i-th time, and the last of them from then on ->
/// median, low, high, runs as reported, and `slept`: the seconds that each call took by its own clock, the first one
/// included.
TT_SCENARIO(sleeper) {
  const std::vector<std::int64_t> milliseconds = in.integers("milliseconds");
  std::vector<double> slept;
  const Latency latency = measure_latency(
      [&] {
        const auto begin = std::chrono::steady_clock::now();
        const std::size_t at = std::min(slept.size(), milliseconds.size() - 1);
        if (milliseconds[at] > 0) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds[at]));
        slept.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      },
      in.integer("min_runs"), in.number("min_seconds"));
  out.set("median", latency.median).set("low", latency.low).set("high", latency.high).set("runs", latency.runs);
  Array seconds({static_cast<std::int64_t>(slept.size())});
  for (std::size_t i = 0; i < slept.size(); ++i) seconds.values()[i] = static_cast<float>(slept[i]);
  out.set("slept", seconds);
}
