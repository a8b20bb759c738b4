#include <algorithm>
#include <cmath>
#include <vector>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Case {
  Array logits, gradient;
  std::vector<std::int64_t> labels;
  float smoothing = 0;
  double loss = 0;
};

/// Random logits and labels; loss and gradient by the definition, in double.
Case random_case(Rng& rng, bool smooth) {
  const std::int64_t batch = between(rng, 2, 12), classes = between(rng, 3, 12);
  Case c;
  c.logits = normal_array(rng, {batch, classes}, 3);
  c.gradient = Array({batch, classes});
  c.smoothing = smooth ? rng.uniform(0.1f, 0.9f) : 0;
  for (std::int64_t i = 0; i < batch; ++i) {
    const float* x = c.logits.data() + i * classes;
    c.labels.push_back(between(rng, 0, classes - 1));
    const double largest = *std::max_element(x, x + classes);
    double total = 0;
    for (std::int64_t j = 0; j < classes; ++j) total += std::exp(x[j] - largest);
    for (std::int64_t j = 0; j < classes; ++j) {
      const double target = static_cast<double>(c.smoothing) / static_cast<double>(classes) +
                            (j == c.labels.back() ? 1.0 - c.smoothing : 0);
      c.loss -= target * (x[j] - largest - std::log(total)) / static_cast<double>(batch);
      const double p = std::exp(x[j] - largest) / total;
      c.gradient.data()[i * classes + j] = static_cast<float>((p - target) / static_cast<double>(batch));
    }
  }
  return c;
}

Trial trial_of(const Case& c) {
  Trial trial("forward_and_gradient");
  trial.give("logits", c.logits).give_integers("labels", c.labels).give("smoothing", static_cast<double>(c.smoothing));
  return trial;
}

// Logits differ by less than 32: differences to 2^-20, so the loss (below 32) to a few of those, and a probability to
// 2^-20 of itself. Eight of them.
constexpr double kTolerance = 8 * 0x1p-20;

}  // namespace

TEST(CrossEntropy, HoldsForRandomLogits) {
  Rng rng = rng_of_this_test();
  const Case c = random_case(rng, false);
  Trial trial = trial_of(c);
  trial.run();
  trial.expect_array("loss", Array(Shape{}, static_cast<float>(c.loss)), kTolerance);
  trial.expect_array("dlogits", c.gradient, kTolerance / static_cast<double>(c.labels.size()));
}

TEST(CrossEntropy, HoldsForRandomSmoothing) {
  Rng rng = rng_of_this_test();
  const Case c = random_case(rng, true);
  Trial trial = trial_of(c);
  trial.run();
  trial.expect_array("loss", Array(Shape{}, static_cast<float>(c.loss)), kTolerance);
  trial.expect_array("dlogits", c.gradient, kTolerance / static_cast<double>(c.labels.size()));
}

TEST(CrossEntropy, LeavesItsGradientForASecondBackward) {
  Rng rng = rng_of_this_test();
  Case c = random_case(rng, false);
  for (float& g : c.gradient.values()) g *= 6;  // twice the factor 3
  Trial trial = trial_of(c);
  trial.give("factor", 3.0).give("backwards", 2).run();
  trial.expect_array("dlogits", c.gradient, 6 * kTolerance / static_cast<double>(c.labels.size()));
}

TEST(CrossEntropy, IsNanWhenALogitIs) {
  Rng rng = rng_of_this_test();
  Case c = random_case(rng, false);
  c.logits.data()[between(rng, 0, c.logits.size() - 1)] = NAN;
  Trial trial("forward");
  trial.give("logits", c.logits).give_integers("labels", c.labels).give("smoothing", 0.0).run();
  trial.expect_array("loss", Array(Shape{}, NAN));
}
