#include "tests/09_profiling/sleeper.h"

using namespace tinytorch;
using namespace tinytorch::course;

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
