#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(Calibrate, TheModelRunsOverAllSamples) {
  Rng rng = rng_of_this_test();
  const std::int64_t rows = between(rng, 600, 1000), in = between(rng, 2, 5), hidden = between(rng, 2, 6);
  const Array w1 = normal_array(rng, {hidden, in}), w2 = normal_array(rng, {1, hidden});
  Array samples = uniform_array(rng, {rows, in}, -1, 1);
  // One of the last rows reaches farther, in both directions.
  float* far = samples.data() + between(rng, 520, rows - 1) * in;
  far[0] = 5;
  far[1] = -7;
  double low = 0, high = 0, farthest = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < hidden; ++j) {
      double sum = 0;
      for (std::int64_t p = 0; p < in; ++p) sum += double{samples.data()[i * in + p]} * w1.data()[j * in + p];
      farthest = std::max(farthest, sum);
    }
  }
  for (const float v : samples.values()) {
    low = std::min(low, double{v});
    high = std::max(high, double{v});
  }
  Trial trial("model");
  trial.give("w1", w1).give("w2", w2).give("dropout", 0.3).give("samples", samples).run();
  const Array ranges = trial.array("ranges");
  trial.expect(ranges.shape() == Shape{2, 2} && ranges.data()[0] == low && ranges.data()[1] == high,
               "the first layer's input reaches from " + std::to_string(low) + " to " + std::to_string(high) +
                   ", seen was " + std::to_string(ranges.data()[0]) + " to " + std::to_string(ranges.data()[1]));
  trial.expect(
      ranges.data()[2] >= 0 && std::abs(ranges.data()[3] - farthest) <= 1e-5 * (1 + farthest),  // float32 sums
      "what leaves the ReLU reaches to " + std::to_string(farthest) + ", seen was " + std::to_string(ranges.data()[3]));
  trial.expect_integers("counts", {rows * in, rows * hidden});
  trial.expect_integer("samples", rows);
  const std::vector<std::int64_t> progress = trial.integers("progress");
  trial.expect(!progress.empty() && progress.back() == rows && std::is_sorted(progress.begin(), progress.end()),
               "progress must count up to " + std::to_string(rows) + " samples");
  Trial quiet("model");
  quiet.give("w1", w1).give("w2", w2).give("dropout", 0.0).give("samples", samples).give("quietly", true).run();
  quiet.expect_integer("samples", rows);
}

TEST(Calibrate, ALayerLooksAtAllSamples) {
  Rng rng = rng_of_this_test();
  const std::int64_t rows = between(rng, 300, 900), in = between(rng, 1, 5);
  Array samples = uniform_array(rng, {rows, in}, 0, 1);
  samples.data()[rows * in - 1] = rng.uniform(4, 9);  // the last value of all
  const double high = samples.data()[rows * in - 1];
  Trial trial("layer");
  trial.give("weight", normal_array(rng, {2, in})).give("observer", "min-max").give("samples", samples).run();
  trial.expect_number("scale", high / 254, 0, 2.4e-7);  // rounded to float32
  trial.expect_integer("zero_point", -127);
}

TEST(Calibrate, UsesTheObserverOfTheConfiguration) {
  Rng rng = rng_of_this_test();
  Array samples = normal_array(rng, {200, 10});
  samples.data()[samples.size() - 1] = 50;  // one outlier in 2,000 values
  Trial trial("layer");
  trial.give("weight", normal_array(rng, {2, 10})).give("observer", "entropy").give("samples", samples).run();
  // It gives up the outlier for a finer grid over what lies within some 4 of 0; min-max would cover more than 50.
  const double covered = 254 * trial.number("scale");
  trial.expect(covered > 4 && covered < 25,
               "the entropy observer cuts an outlier of 50 off, but the codes cover " + std::to_string(covered));
}
