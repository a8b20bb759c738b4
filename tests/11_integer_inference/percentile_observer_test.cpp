#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Trial asked(const std::vector<std::int64_t>& counts, double from, double to, double percentile) {
  Trial trial("range");
  trial.give_integers("counts", counts).give("from", from).give("to", to).give("percentile", percentile);
  return trial;
}

/// Ends of a range are float32, so a bound is off by its rounding: 6e-8 of it.
void expect_range(Trial trial, double low, double high) {
  trial.run();
  trial.expect_number("low", low, 1e-9, 1e-7);
  trial.expect_number("high", high, 1e-9, 1e-7);
}

}  // namespace

TEST(PercentileObserver, WorkedExampleOfTheLesson) {
  const std::vector<std::int64_t> counts{400, 300, 150, 80, 40, 15, 8, 4, 2, 1};
  expect_range(asked(counts, 0, 10, 99), 0.0125, 7.5);   // 5 of 400 from the left; 1, 2 and half of 4 from the right
  expect_range(asked(counts, 0, 10, 98), 0.025, 6.625);  // 10 of 400; 1, 2, 4 and 3 of 8
}

TEST(PercentileObserver, BinsBeginAtTheHistogramsLowEnd) {
  // Bins are 0.5 wide and begin at -2: the fourth is [-0.5, 0), the sixth [0.5, 1). 10 % of 20 stay outside: one at
  // each end.
  expect_range(asked({0, 0, 0, 10, 0, 10, 0, 0}, -2, 2, 90), -0.5 + 0.05, 1 - 0.05);
}

TEST(PercentileObserver, AHundredPercentEndsWithTheOccupiedBins) {
  expect_range(asked({0, 3, 0, 1, 2, 0}, -3, 3, 100), -2, 2);
}

TEST(PercentileObserver, RefusesWhatHasNoPercentile) {
  asked({0, 0, 0, 0}, 0, 1, 99).run_and_expect_error({});
  for (const double percentile : {0.0, -1.0, 100.5, std::nan("")})
    asked({1, 2, 3, 4}, 0, 1, percentile).run_and_expect_error({});
}
