#include "tinytorch/nn/init.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

struct Moments {
  double mean = 0, variance = 0, largest = 0;
};

Moments moments(const Array& a) {
  Moments m;
  for (const float x : a.values()) {
    m.mean += x;
    m.largest = std::max(m.largest, std::abs(static_cast<double>(x)));
  }
  m.mean /= static_cast<double>(a.size());
  for (const float x : a.values()) m.variance += (x - m.mean) * (x - m.mean);
  m.variance /= static_cast<double>(a.size());
  return m;
}

const Shape kShape{300, 400};  // out, in: 120,000 draws

// The mean of n draws has the standard deviation sigma / sqrt(n); their variance sigma^2 sqrt((kurtosis - 1) / n),
// where the kurtosis is 9/5 for uniform and 3 for normal values. Five of them are a bound that a right generator never
// meets by chance.
void expect_moments(const Array& weight, double variance, double kurtosis) {
  const Moments m = moments(weight);
  const auto n = static_cast<double>(weight.size());
  EXPECT_NEAR(m.mean, 0, 5 * std::sqrt(variance / n));
  EXPECT_NEAR(m.variance, variance, 5 * variance * std::sqrt((kurtosis - 1) / n));
}

TEST(KaimingUniform, FillsItsIntervalWithVarianceGainSquaredOverFanIn) {
  Rng rng(1);
  const Array weight = kaiming_uniform(kShape, std::sqrt(2.0f), rng);
  expect_moments(weight, 2.0 / 400, 1.8);
  const double bound = std::sqrt(6.0 / 400);
  EXPECT_LE(moments(weight).largest, bound * (1 + 1e-6));  // the bound itself is a rounded float
  EXPECT_GT(moments(weight).largest, bound * 0.999);       // missed by chance once in e^120 times
}

TEST(KaimingUniform, CountsEveryAxisButTheFirstAsInput) {
  Rng rng(1);
  expect_moments(kaiming_uniform({200, 20, 5, 4}, 1, rng), 1.0 / 400, 1.8);
}

TEST(KaimingUniform, DrawsTheSameFromTheSameSeedAndGoesOn) {
  Rng a(7), b(7);
  const Array first = kaiming_uniform({3, 5}, 1, a), same = kaiming_uniform({3, 5}, 1, b);
  EXPECT_TRUE(std::ranges::equal(first.values(), same.values()));
  EXPECT_FALSE(std::ranges::equal(first.values(), kaiming_uniform({3, 5}, 1, a).values()));
}

TEST(KaimingNormal, HasVarianceGainSquaredOverFanIn) {
  Rng rng(2);
  const Array weight = kaiming_normal(kShape, std::sqrt(2.0f), rng);
  expect_moments(weight, 2.0 / 400, 3);
  EXPECT_GT(moments(weight).largest, 3 * std::sqrt(2.0 / 400));  // a uniform one would end at 1.7 standard deviations
}

TEST(XavierUniform, FillsItsIntervalWithVarianceOfBothFans) {
  Rng rng(3);
  const Array weight = xavier_uniform(kShape, 1, rng);
  expect_moments(weight, 2.0 / 700, 1.8);
  EXPECT_LE(moments(weight).largest, std::sqrt(6.0 / 700) * (1 + 1e-6));
}

TEST(XavierNormal, HasVarianceOfBothFans) {
  Rng rng(4);
  expect_moments(xavier_normal(kShape, 2, rng), 4 * 2.0 / 700, 3);
}

TEST(Init, RefusesShapesWithoutInputsAndOutputs) {
  Rng rng(1);
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{0, 5}, Shape{5, 0}}) {
    EXPECT_THROW(kaiming_uniform(shape, 1, rng), Error) << to_string(shape);
    EXPECT_THROW(kaiming_normal(shape, 1, rng), Error) << to_string(shape);
    EXPECT_THROW(xavier_uniform(shape, 1, rng), Error) << to_string(shape);
    EXPECT_THROW(xavier_normal(shape, 1, rng), Error) << to_string(shape);
  }
}

}  // namespace
}  // namespace tinytorch
