// What the judgements of measure_latency share: the scenario "sleeper" times calls that sleep, and tells how long each did.
#pragma once
#include <algorithm>

#include "tinytorch/course/judge/judgement.h"

namespace tinytorch::course {

/// Seconds that the calls took by their own clock, without the warm-up, sorted.
inline std::vector<double> sorted_runs(Trial& trial) {
  const Array slept = trial.array("slept");
  std::vector<double> seconds(slept.values().begin(), slept.values().end());
  if (!seconds.empty()) seconds.erase(seconds.begin());
  std::sort(seconds.begin(), seconds.end());
  return seconds;
}

/// A measured run holds the call's own time, so the k-th of them is no shorter than the k-th of those (but for the
/// rounding of `slept` to float32). It is longer only by what comes between two looks at a clock: microseconds, unless
/// the system interrupts just there, and then for some milliseconds in few of the runs.
constexpr double kBetween = 4e-3;
inline void expect_near(Trial& trial, const char* name, double own) {
  const double got = trial.number(name);
  trial.expect(got >= own * (1 - 1e-6) && got <= own + kBetween,
               std::string(name) + " is " + std::to_string(1e3 * got) + " ms; the call itself took " +
                   std::to_string(1e3 * own) + " ms in that run");
}

/// One warm-up and n others.
inline void expect_calls(Trial& trial, std::int64_t n) {
  const std::int64_t calls = trial.array("slept").size();
  trial.expect(calls == n + 1, "the call ran " + std::to_string(calls) + " times; a warm-up and " + std::to_string(n) +
                                   (n == 1 ? " run are " : " runs are ") + std::to_string(n + 1));
}

}  // namespace tinytorch::course
