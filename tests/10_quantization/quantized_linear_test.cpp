#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Results are sums of a few float32 products around 1, each rounded.
constexpr double kRounding = 1e-6;

/// Rows of weights with the scales 0.01 (codes 127, -50) and 0.005 (codes 60, -127).
Trial layer(const std::string& scheme, const Array& x, const std::string& scenario = "forward") {
  Trial trial(scenario);
  trial.give("weight", Array({2, 2}, {1.27f, -0.5f, 0.3f, -0.635f})).give("bias", Array({2}, {0.25f, -1}));
  trial.give("scheme", scheme).give("x", x);
  return trial;
}

Trial calibrated(const Array& x, const std::string& scenario = "forward") {
  Trial trial = layer("static", x, scenario);
  trial.give("input_scale", Array({1}, {0.02f})).give("input_zero_point", -50);  // covers [-1.54, 3.54]
  return trial;
}

}  // namespace

TEST(QuantizedLinear, GivesTheWorkedLayer) {
  // x has the scale 2.54/254 = 0.01 and the zero point -127: codes 127 and -27, both exact.
  Trial trial = layer("dynamic", Array({1, 2}, {2.54f, 1}));
  trial.run();
  // 1.27·2.54 - 0.5·1 + 0.25 and 0.3·2.54 - 0.635·1 - 1
  trial.expect_array("y", Array({1, 2}, {2.9758f, -0.873f}), kRounding, kRounding);
  trial.expect_integer("clipped", 0);
}

TEST(QuantizedLinear, AReluIsFused) {
  Trial trial = layer("dynamic", Array({1, 2}, {2.54f, 1}));
  trial.give("relu", true).run();
  trial.expect_array("y", Array({1, 2}, {2.9758f, 0}), kRounding, kRounding);
}

TEST(QuantizedLinear, StaticKeepsTheCalibratedRange) {
  // 10 is clipped to 0.02 · (127 + 50) = 3.54; 1.009 is 50.45 steps, 50.
  Trial trial = calibrated(Array({2, 2}, {1.009f, 10, -0.4f, 0}));
  trial.run();
  trial.expect_array("y", Array({2, 2}, {-0.25f, -2.9479f, -0.258f, -1.12f}), 4 * kRounding, kRounding);
  trial.expect_integer("seen", 4);
  trial.expect_integer("clipped", 1);
  Trial again = calibrated(Array({1, 2}, {1.009f, 10}), "forward_again");
  again.give("x_before", Array({1, 2}, {-30, 30})).run();
  again.expect_array("y", Array({1, 2}, {-0.25f, -2.9479f}), 4 * kRounding, kRounding);
}

TEST(QuantizedLinear, ARowDoesNotDependOnItsBatchMates) {
  Trial trial = layer("dynamic", Array({3, 2}, {2.54f, 1, 2540, -1000, 0, 0}));
  trial.run();
  const Array y = trial.array("y");
  trial.expect(y.shape() == Shape{3, 2}, "y has the shape " + to_string(y.shape()) + ", not (3, 2)");
  Array first({1, 2}, {y.data()[0], y.data()[1]});
  trial.expect(std::abs(first.data()[0] - 2.9758f) < 4e-6 && std::abs(first.data()[1] + 0.873f) < 4e-6,
               "row 0 is " + std::to_string(first.data()[0]) + ", " + std::to_string(first.data()[1]) +
                   "; alone in its batch it would be 2.9758, -0.873");
  trial.expect(y.data()[4] == 0.25f && y.data()[5] == -1, "a row of zeros gives the bias");
}

TEST(QuantizedLinear, TheConfigurationDecides) {
  // One scale for all rows, 0.01: codes 127, -50 and 30, -63; x = 254 and 100 steps. A scale for the second row would make
  // 0.3 in it 60.48 steps, 60.
  Trial tensor("forward");
  tensor.give("weight", Array({2, 2}, {1.27f, -0.5f, 0.3f, -0.63f})).give("bias", Array({2}, {0.25f, -1}));
  tensor.give("scheme", "dynamic").give("per_tensor", true).give("x", Array({1, 2}, {2.54f, 1})).run();
  tensor.expect_array("y", Array({1, 2}, {2.9758f, -0.868f}), kRounding, kRounding);
  // 1.003 is no code of the grid of 0.01: weight-only layers multiply it as it is.
  Trial floats = layer("weight-only", Array({1, 2}, {2.54f, 1.003f}));
  floats.run();
  floats.expect_array("y", Array({1, 2}, {2.9743f, -0.874905f}), kRounding, kRounding);
  Trial no_bias("forward");
  no_bias.give("weight", Array({2, 2}, {1.27f, -0.5f, 0.3f, -0.635f})).give("scheme", "dynamic");
  no_bias.give("x", Array({1, 2}, {2.54f, 1})).run();
  no_bias.expect_array("y", Array({1, 2}, {2.7258f, 0.127f}), kRounding, kRounding);
}

TEST(QuantizedLinear, KeepsABiasOfItsOwn) {
  // The float layer's bias grows by 100 after the quantized layer was made.
  Trial trial = layer("dynamic", Array({1, 2}, {2.54f, 1}), "later_change");
  trial.run();
  trial.expect_array("y", Array({1, 2}, {2.9758f, -0.873f}), kRounding, kRounding);
}

TEST(QuantizedLinear, RowsOfCodesMayBePadded) {
  const Array x({3, 2}, {2.54f, 1, 0, 0, 1.27f, -1.27f});
  // Row 2 has the scale 0.01 and the zero point 0: 1.27·1.27 + 0.5·1.27 + 0.25 and 0.3·1.27 + 0.635·1.27 - 1
  const Array y({3, 2}, {2.9758f, -0.873f, 0.25f, -1, 2.4979f, 0.18745f});
  // 2 MB too: memory for batch · in codes overflows then, and such an end is no riddle.
  for (const int padding : {2, 1 << 21}) {
    Trial trial = layer("dynamic", x, "padded");
    trial.give("padding", padding).run();
    trial.expect_array("y", y, kRounding, kRounding);
  }
}

TEST(QuantizedLinear, RefusesWhatHasNoCode) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  layer("dynamic", Array({2, 2}, {1, 2, 3, nan})).run_and_expect_error({"(1, 1)"});
  calibrated(Array({2, 2}, {1, infinity, 3, 4})).run_and_expect_error({"(0, 1)"});
  layer("dynamic", Array({1, 3}, {1, 2, 3})).run_and_expect_error({"(1, 3)", "2"});
  layer("dynamic", Array({2}, {1, 2})).run_and_expect_error({"(2"});
  Trial bias("forward");
  bias.give("weight", Array({1, 1}, {1})).give("bias", Array({1}, {nan})).give("scheme", "dynamic");
  bias.give("x", Array({1, 1}, {1})).run_and_expect_error({"bias"});
}
