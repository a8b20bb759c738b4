#include "tinytorch/base/rng.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace tinytorch::testing {
namespace {

TEST(Rng, StepsAsXoshiro256PlusPlus) {
  // The first outputs from the state (1, 2, 3, 4) of the authors' C code.
  Rng rng(0);
  rng.set_state({1, 2, 3, 4});
  for (std::uint64_t expected : {41943041u, 58720359u}) EXPECT_EQ(rng.next(), expected);
  for (std::uint64_t expected : {3588806011781223u, 3591011842654386u, 9228616714210784205u, 9973669472204895162u}) {
    EXPECT_EQ(rng.next(), expected);
  }
}

TEST(Rng, GivesTheSameNumbersForTheSameSeedAndStream) {
  Rng a(42, 3), b(42, 3);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(a.next(), b.next());
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    for (std::uint64_t stream = 0; stream < 30; ++stream) firsts.insert(Rng(seed, stream).next());
  }
  EXPECT_EQ(firsts.size(), 900u);  // two 64-bit numbers among 900 meet by chance once in 10^13 tries
}

TEST(Rng, ContinuesFromASavedState) {
  Rng a(7);
  for (int i = 0; i < 10; ++i) a.normal();
  const Rng::State saved = a.state();
  std::vector<float> first, second;
  for (int i = 0; i < 5; ++i) first.push_back(a.normal());
  Rng b(0);
  b.set_state(saved);
  for (int i = 0; i < 5; ++i) second.push_back(b.normal());
  EXPECT_EQ(first, second);  // the state is all there is: normal() keeps no second number back
}

TEST(Rng, UniformFillsItsRangeEvenly) {
  Rng rng(1);
  constexpr int kBins = 64, kDraws = 64'000;
  std::vector<int> bins(kBins);
  for (int i = 0; i < kDraws; ++i) {
    const float x = rng.uniform();
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 1);
    ++bins[static_cast<std::size_t>(x * kBins)];
  }
  double chi2 = 0;
  for (int count : bins) chi2 += std::pow(count - kDraws / kBins, 2) / (kDraws / kBins);
  // Chi-squared with 63 degrees of freedom lies in [20, 130] but for one seed in a million.
  EXPECT_GT(chi2, 20);
  EXPECT_LT(chi2, 130);
}

TEST(Rng, UniformBetweenTwoNumbersNeverReachesTheUpper) {
  Rng rng(1);
  const float low = 1, high = std::nextafter(1.0f, 2.0f);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(rng.uniform(low, high), low);
  for (int i = 0; i < 1000; ++i) {
    const float x = rng.uniform(-3, 5);
    ASSERT_GE(x, -3);
    ASSERT_LT(x, 5);
  }
}

TEST(Rng, NormalHasTheMomentsOfTheBell) {
  Rng rng(5);
  constexpr int kDraws = 200'000;
  double sum = 0, squares = 0, cubes = 0, fourths = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = rng.normal();
    ASSERT_TRUE(std::isfinite(x));
    sum += x, squares += x * x, cubes += x * x * x, fourths += x * x * x * x;
  }
  // The k-th moment's standard error is the square root of the 2k-th moment's excess over n; six of them are allowed.
  const double unit = 6 / std::sqrt(static_cast<double>(kDraws));
  EXPECT_NEAR(sum / kDraws, 0, unit);
  EXPECT_NEAR(squares / kDraws, 1, unit * std::sqrt(2.0));
  EXPECT_NEAR(cubes / kDraws, 0, unit * std::sqrt(15.0));
  EXPECT_NEAR(fourths / kDraws, 3, unit * std::sqrt(96.0));
}

TEST(Rng, StreamsOfOneSeedAreUncorrelated) {
  constexpr int kDraws = 100'000;
  for (std::uint64_t stream = 1; stream < 5; ++stream) {
    Rng a(9, 0), b(9, stream);
    double product = 0;
    for (int i = 0; i < kDraws; ++i) product += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    // The products have a standard deviation of 1/12; six standard errors.
    EXPECT_NEAR(product / kDraws, 0, 6.0 / 12 / std::sqrt(static_cast<double>(kDraws)));
  }
}

TEST(Rng, BelowIsEvenAlsoWhereTheBoundDoesNotDivide) {
  Rng rng(3);
  std::vector<int> counts(6);
  for (int i = 0; i < 60'000; ++i) ++counts.at(rng.below(6));
  for (int count : counts) EXPECT_NEAR(count, 10'000, 6 * std::sqrt(60'000 * (1 / 6.0) * (5 / 6.0)));
  EXPECT_EQ(rng.below(1), 0u);
  // With a bound of 3/4 of 2^64, taking the remainder alone would put half of all draws below a quarter of 2^64.
  int low = 0;
  constexpr std::uint64_t kQuarter = std::uint64_t{1} << 62;
  for (int i = 0; i < 30'000; ++i) low += rng.below(3 * kQuarter) < kQuarter;
  EXPECT_NEAR(low, 10'000, 6 * std::sqrt(30'000 * (1 / 3.0) * (2 / 3.0)));
}

TEST(Rng, ShuffleReachesEveryOrderEquallyOften) {
  Rng rng(11);
  std::vector<std::vector<std::int64_t>> orders;
  std::vector<std::int64_t> items{0, 1, 2, 3};
  do orders.push_back(items);
  while (std::ranges::next_permutation(items).found);
  std::vector<int> counts(orders.size());
  for (int i = 0; i < 24'000; ++i) {
    items = {0, 1, 2, 3};
    rng.shuffle(items);
    ++counts.at(static_cast<std::size_t>(std::ranges::find(orders, items) - orders.begin()));
  }
  for (int count : counts) EXPECT_NEAR(count, 1000, 6 * std::sqrt(1000.0));
  std::vector<std::int64_t> none;
  rng.shuffle(none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace tinytorch::testing
