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

TEST(MeasureLatency, WarmsUpAndCountsTheOtherRuns) {
  Trial trial("sleeper");  // the warm-up takes 25 ms, all others 1 ms
  trial.give_integers("milliseconds", {25, 1}).give("min_runs", 7).give("min_seconds", 0.0).run();
  trial.expect_integer("runs", 7);
  expect_calls(trial, 7);
  expect_near(trial, "high", sorted_runs(trial)[6]);  // of 7 runs the 90th percentile is the longest
}

TEST(MeasureLatency, GoesOnForTheAskedTime) {
  Trial trial("sleeper");
  trial.give_integers("milliseconds", {1}).give("min_runs", 2).give("min_seconds", 0.02).run();
  const std::vector<double> runs = sorted_runs(trial);
  trial.expect_integer("runs", static_cast<std::int64_t>(runs.size()));
  double seconds = 0, before_the_last = 0;
  const Array slept = trial.array("slept");
  for (std::int64_t i = 1; i < slept.size(); ++i)
    before_the_last = seconds, seconds += static_cast<double>(slept.data()[i]);
  trial.expect(seconds >= 0.02 - kBetween,
               "it stopped after " + std::to_string(1e3 * seconds) + " ms; 20 were asked for");
  trial.expect(before_the_last < 0.02, "it went on although the runs had taken " +
                                           std::to_string(1e3 * before_the_last) + " ms; 20 were asked for");
}

TEST(MeasureLatency, TheMedianIsNotTheMean) {
  // Three runs of 1 ms and two of 60 ms in the middle: the mean is 25 ms, the median one of the short ones.
  Trial trial("sleeper");
  trial.give_integers("milliseconds", {1, 1, 1, 60, 60, 1}).give("min_runs", 5).give("min_seconds", 0.0).run();
  expect_calls(trial, 5);
  expect_near(trial, "median", sorted_runs(trial)[2]);
}
