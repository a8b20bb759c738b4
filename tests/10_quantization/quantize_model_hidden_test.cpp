#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Network {
  Array w1, b1, w2, b2;
};

Network random_network(Rng& rng, std::int64_t in) {
  const std::int64_t hidden = between(rng, 8, 20);
  return {normal_array(rng, {hidden, in}, 0.3f), normal_array(rng, {hidden}, 0.1f),
          normal_array(rng, {3, hidden}, 0.3f), normal_array(rng, {3}, 0.1f)};
}

Trial model(const Network& n, const std::string& scheme, const Array& samples) {
  Trial trial("convert");
  trial.give("w1", n.w1).give("b1", n.b1).give("w2", n.w2).give("b2", n.b2).give("scheme", scheme);
  trial.give("samples", samples).give("x", samples);
  return trial;
}

/// What the float network gives, in double.
std::vector<double> float_output(const Network& n, const Array& x) {
  const std::int64_t in = n.w1.dim(1), hidden = n.w1.dim(0);
  std::vector<double> y;
  for (std::int64_t i = 0; i < x.dim(0); ++i) {
    std::vector<double> h;
    for (std::int64_t j = 0; j < hidden; ++j) {
      double sum = n.b1.data()[j];
      for (std::int64_t p = 0; p < in; ++p) sum += double{x.data()[i * in + p]} * n.w1.data()[j * in + p];
      h.push_back(std::max(sum, 0.0));
    }
    for (std::int64_t j = 0; j < n.w2.dim(0); ++j) {
      double sum = n.b2.data()[j];
      for (std::int64_t p = 0; p < hidden; ++p) sum += h[static_cast<std::size_t>(p)] * n.w2.data()[j * hidden + p];
      y.push_back(sum);
    }
  }
  return y;
}

}  // namespace

TEST(QuantizeModel, TheReportIsMeasuredOnTheSamples) {
  Rng rng = rng_of_this_test();
  const std::int64_t in = between(rng, 4, 12), rows = between(rng, 30, 200);
  const Network network = random_network(rng, in);
  const Array samples = normal_array(rng, {rows, in});
  const std::vector<double> reference = float_output(network, samples);
  for (const std::string scheme : {"dynamic", "static", "weight-only"}) {
    Trial trial = model(network, scheme, samples);
    trial.run();
    trial.expect_integer("samples", rows);
    const Array y = trial.array("y");
    trial.expect(y.size() == static_cast<std::int64_t>(reference.size()), "y has the shape " + to_string(y.shape()));
    double power = 0, noise = 0;
    for (std::int64_t i = 0; i < y.size(); ++i) {
      const double real = reference[static_cast<std::size_t>(i)], error = y.data()[i] - real;
      power += real * real;
      noise += error * error;
    }
    const double sqnr = 10 * std::log10(power / noise);
    // 8 bits give 40 to 48 dB a layer; two layers and small random networks leave at least 28.
    trial.expect(sqnr > 28, scheme + ": the output has an SQNR of " + std::to_string(sqnr) + " dB only");
    const double reported = trial.number("output_sqnr");
    trial.expect(
        std::abs(reported - sqnr) < 0.1,  // fewer than 256 rows: the same samples; float32 sums differ a little
        scheme + ": the report says " + std::to_string(reported) + " dB, measured are " + std::to_string(sqnr));
  }
}

TEST(QuantizeModel, RangesComeFromAllSamples) {
  Rng rng = rng_of_this_test();
  const std::int64_t in = between(rng, 2, 6), rows = between(rng, 300, 700);
  const Network network = random_network(rng, in);
  Array samples = uniform_array(rng, {rows, in}, 0, 1);
  const float high = rng.uniform(4, 9);
  samples.data()[rows * in - 1] = high;
  Trial trial = model(network, "static", samples);
  trial.run();
  trial.expect_integer("samples", rows);
  const Array calibrated = trial.array("calibrated");
  trial.expect(
      std::abs(calibrated.data()[1] - high) <= 1e-5 * high,  // 254 steps of a rounded scale
      "the last sample reaches to " + std::to_string(high) + ", the codes to " + std::to_string(calibrated.data()[1]));
}

TEST(QuantizeModel, KeepsToTheConfiguration) {
  Rng rng = rng_of_this_test();
  const Network network = random_network(rng, 4);
  Array samples = uniform_array(rng, {500, 4}, 0, 1);
  const std::int64_t second_batch = 256 * 4;
  const float outlier = rng.uniform(50, 90);
  samples.data()[between(rng, second_batch, samples.size() - 1)] = outlier;
  Trial trial = model(network, "static", samples);
  trial.give("observer", "moving-average").run();
  // The first 256 rows reach to 1; the second batch moves that by a hundredth of the way to its outlier.
  const double expected = 0.99 + 0.01 * outlier, high = trial.array("calibrated").data()[1];
  trial.expect(std::abs(high - expected) < 0.02,  // the largest of 1,024 values lies that near to 1
               "the moving average of what enters reaches to " + std::to_string(expected) + ", the codes to " +
                   std::to_string(high));
}
