#include <algorithm>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Seconds that the calls took by their own clock, without the warm-up, sorted.
std::vector<double> sorted_runs(Trial& trial) {
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
void expect_near(Trial& trial, const char* name, double own) {
  const double got = trial.number(name);
  trial.expect(got >= own * (1 - 1e-6) && got <= own + kBetween,
               std::string(name) + " is " + std::to_string(1e3 * got) + " ms; the call itself took " +
                   std::to_string(1e3 * own) + " ms in that run");
}

/// One warm-up and n others.
void expect_calls(Trial& trial, std::int64_t n) {
  const std::int64_t calls = trial.array("slept").size();
  trial.expect(calls == n + 1, "the call ran " + std::to_string(calls) + " times; a warm-up and " + std::to_string(n) +
                                   (n == 1 ? " run are " : " runs are ") + std::to_string(n + 1));
}

}  // namespace

TEST(MeasureLatency, PercentilesAreElementsOfTheSortedRuns) {
  Rng rng = rng_of_this_test();
  // Of 21 to 29 runs two are short and two long: low and high lie between them, smallest and largest do not.
  const std::int64_t n = between(rng, 21, 29);
  std::vector<std::int64_t> milliseconds(static_cast<std::size_t>(n), 7);
  for (const std::int64_t special : {0, 0, 25, 25}) {
    std::size_t at = 0;
    do at = static_cast<std::size_t>(between(rng, 0, n - 1));
    while (milliseconds[at] != 7);
    milliseconds[at] = special;
  }
  milliseconds.insert(milliseconds.begin(), 7);  // the warm-up
  Trial trial("sleeper");
  trial.give_integers("milliseconds", milliseconds).give("min_runs", n).give("min_seconds", 0.0).run();
  const std::vector<double> runs = sorted_runs(trial);
  trial.expect_integer("runs", n);
  expect_calls(trial, n);
  expect_near(trial, "low", runs[2]);
  expect_near(trial, "median", runs[static_cast<std::size_t>(n / 2)]);
  expect_near(trial, "high", runs[static_cast<std::size_t>(n - 3)]);
}

TEST(MeasureLatency, AnyNumberOfRuns) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 3; ++round) {
    const std::int64_t n = round == 0 ? 1 : between(rng, 2, 200);
    Trial trial("sleeper");
    trial.give_integers("milliseconds", {0}).give("min_runs", n).give("min_seconds", 0.0).run();
    trial.expect_integer("runs", n);
    expect_calls(trial, n);
    const double low = trial.number("low"), median = trial.number("median"), high = trial.number("high");
    trial.expect(0 <= low && low <= median && median <= high, "low " + std::to_string(low) + ", median " +
                                                                  std::to_string(median) + " and high " +
                                                                  std::to_string(high) + " are not in order");
  }
}
