#include "tests/09_profiling/sleeper.h"

using namespace tinytorch;
using namespace tinytorch::course;

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
