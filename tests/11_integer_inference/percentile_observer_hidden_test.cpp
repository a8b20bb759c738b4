#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Where the distribution function of a histogram, linear within each bin, reaches `share` of the total, by bisection.
double quantile(const std::vector<std::int64_t>& counts, double from, double to, double share) {
  double total = 0;
  for (const std::int64_t count : counts) total += static_cast<double>(count);
  const auto below = [&](double position) {  // in bins
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double part = std::fmin(std::fmax(position - static_cast<double>(i), 0), 1);
      sum += part * static_cast<double>(counts[i]);
    }
    return sum;
  };
  double least = 0, most = static_cast<double>(counts.size());
  for (int step = 0; step < 80; ++step) {
    const double middle = (least + most) / 2;
    (below(middle) < share * total ? least : most) = middle;
  }
  return from + (to - from) * most / static_cast<double>(counts.size());
}

void expect_quantiles(Rng& rng, const std::vector<std::int64_t>& counts) {
  const double from = -static_cast<double>(between(rng, 1, 40)) / 8, to = static_cast<double>(between(rng, 1, 80)) / 8;
  // Not a share that ends at the edge of a bin, where any point of an empty gap behind it would do.
  const double percentile = 80 + static_cast<double>(between(rng, 0, 1899)) / 100 + 0.00371;
  const double outside = (100 - percentile) / 200;
  Trial trial("range");
  trial.give_integers("counts", counts).give("from", from).give("to", to).give("percentile", percentile).run();
  // float32 results, and differences of large double sums: both far below a millionth of the range.
  trial.expect_number("low", quantile(counts, from, to, outside), 1e-6 * (to - from));
  trial.expect_number("high", quantile(counts, from, to, 1 - outside), 1e-6 * (to - from));
}

}  // namespace

TEST(PercentileObserver, AnyHistogram) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 4; ++round) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(2 * between(rng, 3, 60)));
    for (std::int64_t& count : counts) count = rng.below(3) == 0 ? 0 : between(rng, 1, 1000);
    counts[counts.size() / 2] = 500;
    expect_quantiles(rng, counts);
  }
}

TEST(PercentileObserver, CountsBeyond32Bits) {
  Rng rng = rng_of_this_test();
  std::vector<std::int64_t> counts(static_cast<std::size_t>(2 * between(rng, 3, 60)));
  for (std::int64_t& count : counts) count = between(rng, 1'000'000'000, 9'000'000'000);
  expect_quantiles(rng, counts);
}
