#include "tests/08_training/classifier.h"
#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Setting {
  float lr, momentum, smoothing;
  double clip;  ///< share of the first batch's gradient norm that is allowed; 0: not clipped
};

std::vector<double> doubles(const Array& array) { return {array.values().begin(), array.values().end()}; }

Array floats(const std::vector<double>& values, const Shape& shape) {
  return Array(shape, std::vector<float>(values.begin(), values.end()));
}

/// Some batches of different sizes through a random layer, and the same in double.
void judge_steps(Rng& rng, const Setting& s, int batches) {
  const std::int64_t features = between(rng, 2, 12), classes = between(rng, 2, 6);
  const Array weight = uniform_array(rng, {classes, features}, -0.5f, 0.5f),
              bias = uniform_array(rng, {classes}, -0.5f, 0.5f);
  Classifier oracle{features, classes, doubles(weight), doubles(bias)};
  Trial trial("steps");
  trial.give("weight", weight).give("bias", bias).give("lr", double{s.lr}).give("momentum", double{s.momentum});
  trial.give("label_smoothing", double{s.smoothing});
  float max_norm = 0;
  double loss_sum = 0;
  std::int64_t images = 0, correct = 0;
  for (int k = 0; k < batches; ++k) {
    const std::int64_t size = between(rng, 1, 9);
    std::vector<double> x;
    std::vector<std::int64_t> labels;
    for (std::int64_t row = 0; row < size; ++row) {
      std::vector<double> image, z;
      do {
        image = doubles(uniform_array(rng, {features}, -1, 1));
        z = oracle.logits(image.data());
      } while (!Classifier::decided(z));
      x.insert(x.end(), image.begin(), image.end());
      labels.push_back(between(rng, 0, classes - 1));
      loss_sum += Classifier::loss(z, labels.back(), s.smoothing);
      correct += Classifier::largest(z) == labels.back();
    }
    images += size;
    if (k == 0 && s.clip > 0) {
      Classifier measure = oracle;
      measure.train(x, labels, s.smoothing, 0, 0, 0);
      double squares = 0;
      for (const double g : measure.weight_gradient) squares += g * g;
      for (const double g : measure.bias_gradient) squares += g * g;
      max_norm = static_cast<float>(s.clip * std::sqrt(squares));
    }
    oracle.train(x, labels, s.smoothing, max_norm, s.lr, s.momentum);
    trial.give("images" + std::to_string(k), floats(x, {size, features}))
        .give_integers("labels" + std::to_string(k), labels);
  }
  trial.give("max_grad_norm", double{max_norm}).run();
  // Per step a softmax in float and sums of at most 12 products below 1; a few steps with lr up to 0.5 and momentum.
  trial.expect_array("weight", floats(oracle.weight, weight.shape()), 2e-5);
  trial.expect_array("bias", floats(oracle.bias, bias.shape()), 2e-5);
  trial.expect_integer("images", images);
  trial.expect_integer("correct", correct);
  trial.expect_number("loss_sum", loss_sum, 2e-5 * static_cast<double>(images));
  trial.expect_integer("optimizer_steps", batches);
}

}  // namespace

TEST(TrainStep, FollowsTheFormulaOnRandomBatches) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 3; ++i) judge_steps(rng, {rng.uniform(0.1f, 0.5f), i == 0 ? 0.0f : 0.5f, 0, 0}, 4);
}

TEST(TrainStep, WeighsTheLossByTheImages) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 3; ++i) judge_steps(rng, {0, 0, 0, 0}, 5);
}

TEST(TrainStep, SmoothsTheLabels) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 2; ++i) judge_steps(rng, {rng.uniform(0.1f, 0.5f), 0, rng.uniform(0.1f, 0.4f), 0}, 3);
}

TEST(TrainStep, ClipsBetweenGradientAndStep) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 2; ++i) judge_steps(rng, {rng.uniform(0.3f, 0.5f), 0.5f, 0, rng.uniform(0.05f, 0.5f)}, 3);
}
