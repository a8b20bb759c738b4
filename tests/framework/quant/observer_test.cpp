#include "tinytorch/quant/observer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

using testing::HasSubstr;

constexpr ObserverKind kAll[] = {ObserverKind::min_max, ObserverKind::moving_average, ObserverKind::percentile,
                                 ObserverKind::mse, ObserverKind::entropy};

std::unique_ptr<Observer> observer(ObserverKind kind) { return make_observer({.kind = kind}); }

TEST(Observers, AreKnownByTheirNames) {
  for (const ObserverKind kind : kAll) EXPECT_EQ(parse_observer(to_string(kind)), kind);
  try {
    parse_observer("minmax");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("min-max, moving-average, percentile, mse, entropy"));
  }
}

TEST(Observers, RefuseToGuessWithoutValues) {
  for (const ObserverKind kind : kAll) EXPECT_THROW(observer(kind)->range(), Error);
}

TEST(Observers, NameTheIndexOfANaNAndStayAsTheyWere) {
  for (const ObserverKind kind : kAll) {
    const auto o = observer(kind);
    o->observe(Array({2}, {-1, 2}));
    const Range before = o->range();
    EXPECT_THROW(o->observe(Array({2, 2}, {1, 100, NAN, 1})), Error);
    EXPECT_THROW(o->observe(Array({0})), Error);
    EXPECT_EQ(o->range().high, before.high);
    EXPECT_EQ(o->count(), 2);
  }
}

TEST(Observers, StayInsideWhatTheySaw) {
  Rng rng(1);
  for (int i = 0; i < 400; ++i) {
    for (const ObserverKind kind : kAll) {
      const auto o = observer(kind);
      for (int batch = 0; batch < 3; ++batch) o->observe(test::odd_array(i + batch, rng));
      const Range range = o->range(), seen = o->seen();
      EXPECT_LE(range.low, range.high);
      EXPECT_GE(range.low, std::min(seen.low, 0.0f)) << to_string(kind);
      EXPECT_LE(range.high, std::max(seen.high, 0.0f)) << to_string(kind);
    }
  }
}

TEST(Observers, OneNumberAloneIsItsOwnRange) {
  for (const ObserverKind kind : kAll) {
    for (const float c : {0.0f, 3.5f, -2e30f, 1e-42f}) {
      const auto o = observer(kind);
      o->observe(Array({5}, c));
      EXPECT_EQ(o->range().low, c);
      EXPECT_EQ(o->range().high, c);
    }
  }
}

TEST(MinMaxObserver, KeepsTheExtremesOfAllBatches) {
  const auto o = observer(ObserverKind::min_max);
  o->observe(Array({2}, {1, 2}));
  o->observe(Array({3}, {0, -5, 1}));
  EXPECT_EQ(o->range().low, -5);
  EXPECT_EQ(o->range().high, 2);
  EXPECT_EQ(o->count(), 5);
}

TEST(MovingAverageObserver, MovesAHundredthOfTheWay) {
  const auto o = observer(ObserverKind::moving_average);
  o->observe(Array({2}, {-1, 1}));
  o->observe(Array({2}, {-3, 11}));
  EXPECT_FLOAT_EQ(o->range().low, -1.02f);
  EXPECT_FLOAT_EQ(o->range().high, 1.1f);
}

TEST(PercentileObserver, CutsTheSameShareAtBothEnds) {
  Array a({10001});
  std::iota(a.values().begin(), a.values().end(), -5000.0f);
  ObserverOptions options{.kind = ObserverKind::percentile};
  options.percentile = 90;
  const auto o = make_observer(options);
  o->observe(a);
  EXPECT_NEAR(o->range().low, -4500, 5);  // a bin is 10000 / 2048 wide
  EXPECT_NEAR(o->range().high, 4500, 5);
}

TEST(PercentileObserver, LeavesOutliersOutsideWhereMinMaxDoesNot) {
  Rng rng(2);
  Array a = test::normal_array({200000}, rng);
  a.data()[77] = 1e4f;
  const auto percentile = observer(ObserverKind::percentile), min_max = observer(ObserverKind::min_max);
  percentile->observe(a);
  min_max->observe(a);
  EXPECT_EQ(min_max->range().high, 1e4f);
  // One value of 200,000 is the 0.0005 % that may go at that end; the next bin's edge is 1e4 / 2048 wide.
  EXPECT_LT(percentile->range().high, 10);
  EXPECT_EQ(percentile->seen().high, 1e4f);
}

TEST(PercentileRange, KeepsAllAtAHundred) {
  Histogram h;
  h.add(std::vector<float>{-3, 0, 1, 9});
  const Range range = percentile_range(h, 100);
  EXPECT_FLOAT_EQ(range.low, -3);
  EXPECT_FLOAT_EQ(range.high, 9);
  EXPECT_THROW(percentile_range(Histogram(), 99), Error);
  EXPECT_THROW(percentile_range(h, 0), Error);
  EXPECT_THROW(percentile_range(h, 101), Error);
}

/// Mean squared error of values on the grid of a range.
double loss(const Array& a, Range range) {
  const QParams q = choose_qparams(range.low, range.high, Symmetry::asymmetric, kKernelCodes);
  double sum = 0;
  for (const float v : a.values()) {
    const double error =
        v - dequantize_value(quantize_value(v, 1 / q.scale, q.zero_point, kKernelCodes), q.scale, q.zero_point);
    sum += error * error;
  }
  return sum / static_cast<double>(a.size());
}

TEST(MseObserver, LosesLessThanMinMaxOnLongTails) {
  Rng rng(3);
  Array a({100000});
  for (float& v : a.values()) v = std::pow(rng.normal(), 3.0f);  // long tails on both sides
  const auto mse = observer(ObserverKind::mse), min_max = observer(ObserverKind::min_max);
  mse->observe(a);
  min_max->observe(a);
  EXPECT_LT(loss(a, mse->range()), 0.9 * loss(a, min_max->range()));
}

TEST(MseObserver, ComesNearTheBestOfAllRangesTried) {
  Rng rng(4);
  const Array a = test::normal_array({100000}, rng);
  const auto mse = observer(ObserverKind::mse);
  mse->observe(a);
  double best = loss(a, mse->seen());
  for (float clip = 2; clip < 5; clip += 0.05f) best = std::min(best, loss(a, {-clip, clip}));
  EXPECT_LE(loss(a, mse->range()), 1.02 * best);  // ends move in steps of a hundredth
}

TEST(EntropyObserver, CutsALongThinTail) {
  Rng rng(5);
  Array a = test::normal_array({200000}, rng);
  for (int i = 0; i < 20; ++i) a.data()[i] = 40 + static_cast<float>(i);
  const auto entropy = observer(ObserverKind::entropy);
  entropy->observe(a);
  EXPECT_LT(entropy->range().high, 20);
  EXPECT_GT(entropy->range().high, 2);
}

TEST(Histogram, WideningMovesNoValueToAFartherBin) {
  Rng rng(6);
  for (int trial = 0; trial < 200; ++trial) {
    Histogram h(64);
    std::vector<float> all;
    for (int batch = 0; batch < 5; ++batch) {
      const Array a = test::normal_array({100}, rng, std::ldexp(1.0f, static_cast<int>(rng.below(12)) - 6));
      h.add(a.values());
      all.insert(all.end(), a.values().begin(), a.values().end());
    }
    EXPECT_EQ(h.total(), 500);
    std::ranges::sort(all);
    EXPECT_LE(h.low, all.front());
    EXPECT_GE(h.high, all.back());
    std::int64_t before = 0;
    for (std::size_t bin = 0; bin < h.counts.size(); ++bin) {  // the k-th smallest lies in the bin that counts it
      for (std::int64_t k = before; k < before + h.counts[bin]; ++k) {
        EXPECT_NEAR(all[static_cast<std::size_t>(k)], h.center(bin), h.width() * 0.5001 + 1e-9);
      }
      before += h.counts[bin];
    }
  }
}

TEST(Histogram, AtLeastAQuarterOfTheBinsStaysInUse) {
  Histogram h;
  h.add(std::vector<float>{0, 1e-6f});
  h.add(std::vector<float>{7});
  h.add(std::vector<float>{-5});
  EXPECT_LE(h.high - h.low, 4 * 12.0);
}

TEST(Histogram, TakesTheLargestFloats) {
  Histogram h;
  h.add(std::vector<float>{1e-30f});
  h.add(std::vector<float>{-3.4e38f, 3.4e38f});
  EXPECT_EQ(h.total(), 3);
  EXPECT_TRUE(std::isfinite(percentile_range(h, 100).high));
}

TEST(Histogram, NeedsAnEvenNumberOfBins) {
  EXPECT_THROW(Histogram(3), Error);
  EXPECT_THROW(Histogram(0), Error);
}

}  // namespace
}  // namespace tinytorch
