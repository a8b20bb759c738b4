#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Grid {
  float scale = 1;
  double zero_point = 0;
};

/// The grid of activations with 254 steps; a row of one number steps by it.
Grid grid_of(const float* x, std::int64_t n) {
  const auto [low, high] = std::minmax_element(x, x + n);
  if (*low == *high) return {*low == 0 ? 1 : std::abs(*low), 0};
  const double from = std::min(0.0, double{*low}), to = std::max(0.0, double{*high});
  const auto scale = static_cast<float>((to - from) / 254);
  return {scale, std::clamp(std::nearbyint(-127 - from / double{scale}), -127.0, 127.0)};
}

/// The code minus the zero point: float32 times the inverse, as the library rounds everywhere. Clipped if it had to be.
double steps_of(float r, const Grid& grid, bool& clipped) {
  const float inverse = 1 / grid.scale;
  const double code = std::nearbyint(r * inverse) + grid.zero_point, inside = std::clamp(code, -127.0, 127.0);
  clipped = code != inside;
  return inside - grid.zero_point;
}

struct Case {
  Array weight, bias, x;
  bool relu = false, per_tensor = false;
};

Case random_case(Rng& rng) {
  const std::int64_t out = between(rng, 2, 12), in = between(rng, 2, 40), batch = between(rng, 1, 6);
  Case c{normal_array(rng, {out, in}, 0.1f), normal_array(rng, {out}), normal_array(rng, {batch, in})};
  for (std::int64_t i = 0; i < out * in; ++i) c.weight.data()[i] *= std::ldexp(1.0f, static_cast<int>(i / in % 5));
  for (std::int64_t i = 0; i < batch * in; ++i) c.x.data()[i] *= std::ldexp(1.0f, static_cast<int>(2 * (i / in)));
  c.relu = between(rng, 0, 1) == 0;
  return c;
}

Trial layer(const Case& c, const std::string& scheme, const std::string& scenario = "forward") {
  Trial trial(scenario);
  trial.give("weight", c.weight).give("scheme", scheme).give("x", c.x);
  if (c.bias.defined()) trial.give("bias", c.bias);
  if (c.relu) trial.give("relu", true);
  if (c.per_tensor) trial.give("per_tensor", true);
  return trial;
}

/// y from integer sums, in double. `input`: the calibrated grid, or null for one of each row.
Array expected_of(const Case& c, const Grid* input, std::int64_t* clipped = nullptr) {
  const std::int64_t out = c.weight.dim(0), in = c.weight.dim(1), batch = c.x.dim(0);
  const auto largest = [&](std::int64_t begin, std::int64_t end) {
    float most = 0;
    for (std::int64_t i = begin; i < end; ++i) most = std::max(most, std::abs(c.weight.data()[i]));
    return most;
  };
  Array y({batch, out});
  bool outside = false;
  for (std::int64_t i = 0; i < batch; ++i) {
    const float* row = c.x.data() + i * in;
    const Grid grid = input != nullptr ? *input : grid_of(row, in);
    for (std::int64_t j = 0; j < out; ++j) {
      const float most = c.per_tensor ? largest(0, out * in) : largest(j * in, (j + 1) * in);
      const Grid weights{static_cast<float>(double{most} / 127), 0};
      double sum = 0;  // of integers: exact
      for (std::int64_t p = 0; p < in; ++p) {
        bool ignored = false;
        sum += steps_of(row[p], grid, outside) * steps_of(c.weight.data()[j * in + p], weights, ignored);
        if (j == 0 && clipped != nullptr) *clipped += outside;
      }
      double value = sum * double{grid.scale} * double{weights.scale};
      if (c.bias.defined()) value += c.bias.data()[j];
      y.data()[i * out + j] = static_cast<float>(c.relu ? std::max(value, 0.0) : value);
    }
  }
  return y;
}

/// The sum as a float, two scales, their product and the bias: five roundings of numbers no larger than these.
double tolerance(const Case& c, const Array& y) {
  double most = 0;
  for (const float v : y.values()) most = std::max(most, std::abs(double{v}));
  if (c.bias.defined()) {
    for (const float b : c.bias.values()) most = std::max(most, 2 * std::abs(double{b}));
  }
  return 5 * 6e-8 * 2 * most;
}

}  // namespace

TEST(QuantizedLinear, HoldsForRandomLayers) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 6; ++round) {
    Case c = random_case(rng);
    c.per_tensor = round % 3 == 1;
    if (round % 3 == 2) c.bias = Array();
    const Array expected = expected_of(c, nullptr);
    Trial trial = layer(c, "dynamic");
    trial.run();
    trial.expect_array("y", expected, tolerance(c, expected));
  }
}

TEST(QuantizedLinear, StaticClipsAndCounts) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 4; ++round) {
    Case c = random_case(rng);
    c.x.data()[0] = 1000;
    const Grid input{rng.uniform(0.005f, 0.02f), static_cast<double>(between(rng, -127, 127))};
    std::int64_t clipped = 0;
    const Array expected = expected_of(c, &input, &clipped);
    Trial trial = layer(c, "static");
    trial.give("input_scale", Array({1}, {input.scale}))
        .give("input_zero_point", static_cast<std::int64_t>(input.zero_point))
        .run();
    trial.expect_array("y", expected, tolerance(c, expected));
    trial.expect_integer("seen", c.x.size());
    trial.expect_integer("clipped", clipped);
  }
}

TEST(QuantizedLinear, WeightOnlyMultipliesFloats) {
  Rng rng = rng_of_this_test();
  const Case c = random_case(rng);
  const std::int64_t out = c.weight.dim(0), in = c.weight.dim(1), batch = c.x.dim(0);
  Array expected({batch, out});
  double most = 0;  // of the sums of absolute products
  for (std::int64_t j = 0; j < out; ++j) {
    float largest = 0;
    for (std::int64_t p = 0; p < in; ++p) largest = std::max(largest, std::abs(c.weight.data()[j * in + p]));
    const Grid weights{static_cast<float>(double{largest} / 127), 0};
    for (std::int64_t i = 0; i < batch; ++i) {
      double sum = c.bias.data()[j], absolute = std::abs(sum);
      for (std::int64_t p = 0; p < in; ++p) {
        bool ignored = false;
        const double product =
            double{c.x.data()[i * in + p]} * steps_of(c.weight.data()[j * in + p], weights, ignored) * weights.scale;
        sum += product;
        absolute += std::abs(product);
      }
      most = std::max(most, absolute);
      expected.data()[i * out + j] = static_cast<float>(c.relu ? std::max(sum, 0.0) : sum);
    }
  }
  Trial trial = layer(c, "weight-only");
  trial.run();
  trial.expect_array("y", expected, 6e-8 * static_cast<double>(in + 2) * most);  // in + 2 roundings, whatever the order
}
