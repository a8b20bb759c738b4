#include <algorithm>
#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

constexpr double kRounding = 2.4e-7;  // two roundings to float32

Trial ranges(const Array& pairs, bool symmetric, std::int64_t lowest, std::int64_t highest) {
  Trial trial("choose");
  trial.give("ranges", pairs).give("symmetric", symmetric).give("lowest", lowest).give("highest", highest);
  return trial;
}

/// What scale and zero point have to be, from real arithmetic alone.
void expect_right(Trial& trial, const Array& pairs, bool symmetric, double lowest, double highest) {
  const Array scales = trial.array("scales");
  const std::vector<std::int64_t> zero_points = trial.integers("zero_points");
  const auto n = static_cast<std::size_t>(pairs.dim(0));
  trial.expect(scales.shape() == Shape{pairs.dim(0)} && zero_points.size() == n,
               "one scale and zero point for each range");
  for (std::size_t i = 0; i < n; ++i) {
    const double low = std::min(0.0, double{pairs.data()[2 * i]}),
                 high = std::max(0.0, double{pairs.data()[2 * i + 1]});
    const double step = symmetric ? std::max(-low, high) / highest : (high - low) / (highest - lowest);
    const double scale = scales.data()[i], zero_point = static_cast<double>(zero_points[i]);
    const std::string where = "range " + std::to_string(i) + ": ";
    trial.expect(std::abs(scale - step) <= kRounding * step,
                 where + "scale " + std::to_string(scale) + ", not " + std::to_string(step));
    if (symmetric) {
      trial.expect(zero_point == 0, where + "zero point " + std::to_string(zero_points[i]) + ", not 0");
      continue;
    }
    // So near to a half that a last place of the scale decides, either neighbour is right: 255 steps times 2.4e-7.
    const double exact = std::clamp(lowest - low / step, lowest, highest);
    trial.expect(std::abs(zero_point - exact) <= 0.5 + 1e-4 && zero_point >= lowest && zero_point <= highest,
                 where + "zero point " + std::to_string(zero_points[i]) + ", where 0.0 is " + std::to_string(exact));
  }
}

}  // namespace

TEST(ChooseQparams, HoldsForRandomRanges) {
  Rng rng = rng_of_this_test();
  const std::pair<int, int> code_ranges[] = {{-128, 127}, {-127, 127}, {-8, 7}, {-7, 7}};
  for (const auto& [lowest, highest] : code_ranges) {
    Array pairs({40, 2});
    for (std::int64_t i = 0; i < pairs.dim(0); ++i) {
      const float magnitude = std::ldexp(1.0f, static_cast<int>(between(rng, -30, 30)));
      const float a = rng.normal() * magnitude, b = rng.normal() * magnitude;
      pairs.data()[2 * i] = std::min(a, b);
      pairs.data()[2 * i + 1] = std::max(a, b);
    }
    for (const bool symmetric : {false, true}) {
      Trial trial = ranges(pairs, symmetric, lowest, highest);
      trial.run();
      expect_right(trial, pairs, symmetric, lowest, highest);
    }
  }
}

TEST(ChooseQparams, TheLargestAndTheSmallestRangesHaveAUsableScale) {
  constexpr float kLargest = std::numeric_limits<float>::max(), kSmallest = std::numeric_limits<float>::min();
  Rng rng = rng_of_this_test();
  const Array large({3, 2},
                    {-kLargest, kLargest, -kLargest, rng.uniform(1, 2), -kLargest * rng.uniform(0.6f, 0.9f), kLargest});
  Trial trial = ranges(large, false, -128, 127);
  trial.run();
  expect_right(trial, large, false, -128, 127);
  Trial symmetric = ranges(large, true, -127, 127);
  symmetric.run();
  expect_right(symmetric, large, true, -127, 127);

  const float tiny = kSmallest * rng.uniform(1, 100);  // its step is subnormal
  const Array small({5, 2}, {0, tiny, -tiny, 0, -tiny, tiny / 3, tiny / 1000, tiny / 1000, 0, 0});
  for (const bool is_symmetric : {false, true}) {
    Trial subnormal = ranges(small, is_symmetric, -127, 127);
    subnormal.run();
    subnormal.expect_array("scales", Array({5}, {1, 1, 1, 1, 1}));
    subnormal.expect_integers("zero_points", {0, 0, 0, 0, 0});
  }
  const Array enough({1, 2}, {0, kSmallest * 256 * rng.uniform(1.1f, 9)});
  Trial normal = ranges(enough, false, -128, 127);
  normal.run();
  expect_right(normal, enough, false, -128, 127);
}

TEST(ChooseQparams, HalfZeroPointsGoToEven) {
  // With 255 steps of exactly 1, the code of 0.0 is lowest - low.
  Rng rng = rng_of_this_test();
  Array pairs({8, 2});
  std::vector<std::int64_t> expected;
  const std::int64_t first = between(rng, 1, 60), apart = 2 * between(rng, 1, 12) + 1;  // odd: both parities come
  for (std::int64_t i = 0; i < 8; ++i) {
    const std::int64_t whole = (first + apart * i) % 255;
    pairs.data()[2 * i] = -static_cast<float>(whole) - 0.5f;
    pairs.data()[2 * i + 1] = 255 + pairs.data()[2 * i];
    const std::int64_t below = -128 + whole;
    expected.push_back(below % 2 == 0 ? below : below + 1);
  }
  Trial trial = ranges(pairs, false, -128, 127);
  trial.run();
  trial.expect_array("scales", Array({8}, 1.0f));
  trial.expect_integers("zero_points", expected);
}

TEST(ChooseQparams, EachRowOfARandomWeightHasItsOwnScale) {
  Rng rng = rng_of_this_test();
  const std::int64_t rows = between(rng, 2, 9), columns = between(rng, 1, 12),
                     highest = between(rng, 0, 1) == 0 ? 127 : 7;
  Array weight = normal_array(rng, {rows, columns}), expected({rows});
  for (std::int64_t i = 0; i < rows; ++i) {
    double largest = 0;
    bool same = true;
    for (std::int64_t j = 0; j < columns; ++j) {
      float& w = weight.data()[i * columns + j];
      w *= std::ldexp(1.0f, static_cast<int>(2 * i));  // rows differ by more than their spread
      same = same && w == weight.data()[i * columns];
      largest = std::max(largest, std::abs(double{w}));
    }
    expected.data()[i] = static_cast<float>(same ? largest : largest / static_cast<double>(highest));
  }
  Trial trial("per_channel");
  trial.give("weight", weight).give("highest", highest).run();
  trial.expect_array("scales", expected, 0, kRounding);
  trial.expect_integers("zero_points", std::vector<std::int64_t>(static_cast<std::size_t>(rows), 0));
}
