#include <algorithm>
#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// In steps: the inverse of the scale, the product with it and the scale itself are each rounded to 24 bits, on numbers
/// of at most 255 steps.
constexpr double kFloatSteps = 4 * 255.0 / (1 << 24);

/// Codes of r with the grid that a range asks for, in double.
void expect_right(Trial& trial, const Array& r) {
  double low = 0, high = 0;
  for (const float v : r.values()) {
    low = std::min(low, double{v});
    high = std::max(high, double{v});
  }
  const double step = (high - low) / 255, scale = trial.number("scale");
  trial.expect_number("scale", step, 0, 2.4e-7);  // two roundings to float32
  const auto zero_point = static_cast<double>(trial.integer("zero_point"));
  trial.expect(
      std::abs(zero_point - (-128 - low / step)) <= 0.5 + kFloatSteps && zero_point >= -128 && zero_point <= 127,
      "zero point " + std::to_string(trial.integer("zero_point")) + ", where 0.0 is " +
          std::to_string(-128 - low / step));
  trial.expect(trial.shape("codes") == r.shape(),
               "codes of shape " + to_string(trial.shape("codes")) + ", not " + to_string(r.shape()));
  const std::vector<std::int64_t> codes = trial.integers("codes");
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const double value = r.data()[i], exact = std::clamp(value / scale + zero_point, -128.0, 127.0);
    const std::string where =
        "value " + std::to_string(i) + ", " + std::to_string(value) + ": code " + std::to_string(codes[i]);
    trial.expect(codes[i] >= -128 && codes[i] <= 127, where + " is outside [-128, 127]");
    trial.expect(std::abs(static_cast<double>(codes[i]) - exact) <= 0.5 + kFloatSteps,
                 where + ", but it lies at " + std::to_string(exact));
    trial.expect(value != 0 || codes[i] == trial.integer("zero_point"),
                 where + ", but 0.0 has the zero point as its code");
  }
}

}  // namespace

TEST(QuantizeInt8, ComesBackWithinHalfAStep) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 6; ++round) {
    const Shape shape = round % 2 == 0 ? Shape{between(rng, 2, 9), between(rng, 2, 40)}
                                       : Shape{between(rng, 2, 4), between(rng, 2, 5), between(rng, 2, 6)};
    Array r = normal_array(rng, shape, std::ldexp(1.0f, static_cast<int>(between(rng, -20, 20))));
    r.data()[between(rng, 0, r.size() - 1)] = 0;
    Trial trial("quantize");
    trial.give("r", r).run();
    expect_right(trial, r);
  }
}

TEST(QuantizeInt8, AConstantComesBackExactly) {
  Rng rng = rng_of_this_test();
  for (const float c : {rng.uniform(0.1f, 9), -rng.uniform(0.1f, 9), rng.uniform(1e-9f, 1e-6f), 0.0f}) {
    const Shape shape{between(rng, 1, 5), between(rng, 1, 5)};
    Trial trial("quantize");
    trial.give("r", Array(shape, c)).run();
    trial.expect(trial.shape("codes") == shape, "codes of shape " + to_string(trial.shape("codes")));
    const double scale = trial.number("scale"), zero_point = static_cast<double>(trial.integer("zero_point"));
    for (const std::int64_t code : trial.integers("codes")) {
      const double back = scale * (static_cast<double>(code) - zero_point);
      trial.expect(back == c,
                   "a tensor of nothing but " + std::to_string(c) + " comes back as " + std::to_string(back));
    }
  }
}

TEST(QuantizeInt8, RangesFarFromZeroAndOutliersHold) {
  Rng rng = rng_of_this_test();
  const float far = rng.uniform(4, 50), largest = std::numeric_limits<float>::max();
  Array above = uniform_array(rng, {between(rng, 5, 30)}, far, far + 1),
        below = uniform_array(rng, {7}, -far - 1, -far);
  Array outlier = normal_array(rng, {between(rng, 20, 60)});
  outlier.data()[3] = 1000 * rng.uniform(1, 2);
  const Array huge({4}, {-largest, largest, largest * rng.uniform(), 0});
  for (const Array& r : {above, below, outlier, huge}) {
    Trial trial("quantize");
    trial.give("r", r).run();
    expect_right(trial, r);
  }
}

TEST(QuantizeInt8, EveryCodeRangeIsKept) {
  Rng rng = rng_of_this_test();
  for (const auto& [lowest, highest] : {std::pair{-128, 127}, {-127, 127}, {-8, 7}}) {
    const std::int64_t zero_point = between(rng, lowest, highest);
    // Multiples of a half step on a scale that is a power of two: exact in float32, so each has one right code.
    const int power = static_cast<int>(between(rng, -9, 9));
    Array r({200});
    std::vector<std::int64_t> expected;
    for (float& value : r.values()) {
      const std::int64_t halves = between(rng, -700, 700);
      value = std::ldexp(static_cast<float>(halves), power - 1);
      const std::int64_t down = halves >= 0 ? halves / 2 : -((-halves + 1) / 2);  // rounded towards minus infinity
      const std::int64_t steps = halves % 2 == 0 || down % 2 == 0 ? down : down + 1;
      expected.push_back(std::clamp<std::int64_t>(steps + zero_point, lowest, highest));
    }
    Trial trial("values");
    trial.give("values", r)
        .give("inverse_scale", Array({1}, {std::ldexp(1.0f, -power)}))
        .give("zero_point", zero_point);
    trial.give("lowest", lowest).give("highest", highest).run();
    trial.expect_integers("codes", expected);
  }
}
