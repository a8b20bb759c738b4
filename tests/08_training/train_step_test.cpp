#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// The layer of the lesson's example.
Trial example(double lr) {
  Trial trial("steps");
  trial.give("weight", Array({2, 2}, {1, 0, 0, 2}))
      .give("bias", Array({2}, {0, 0}))
      .give("lr", lr)
      .give("momentum", 0.0);
  trial.give("label_smoothing", 0.0).give("max_grad_norm", 0.0);
  return trial;
}

// Softmax and its logarithm in float, of logits of about 2.
constexpr double kRounding = 2e-6;

}  // namespace

TEST(TrainStep, MovesTheParametersAgainstTheGradient) {
  Trial trial = example(0.1);
  trial.give("images0", Array({1, 2}, {2, 1})).give_integers("labels0", {1}).run();
  trial.expect_array("weight", Array({2, 2}, {0.9f, -0.05f, 0.1f, 2.05f}), kRounding);
  trial.expect_array("bias", Array({2}, {-0.05f, 0.05f}), kRounding);
  trial.expect_integer("optimizer_steps", 1);
}

TEST(TrainStep, CountsWhatItSawBeforeTheStep) {
  Trial one = example(0.1);
  one.give("images0", Array({1, 2}, {2, 1})).give_integers("labels0", {1}).run();
  one.expect_integer("images", 1);
  one.expect_integer("correct", 0);  // of equal logits the first counts
  one.expect_number("loss_sum", 0.69314718, kRounding);
  Trial three = example(0.1);
  three.give("images0", Array({3, 2}, {2, 1, 2, 1, 2, 1})).give_integers("labels0", {0, 1, 0}).run();
  three.expect_integer("images", 3);
  three.expect_integer("correct", 2);
  three.expect_number("loss_sum", 2.07944154, kRounding);
}

TEST(TrainStep, ForgetsTheGradientsOfTheBatchBefore) {
  Trial trial = example(0);
  trial.give("images0", Array({1, 2}, {2, 1})).give_integers("labels0", {1});
  trial.give("images1", Array({1, 2}, {2, 1})).give_integers("labels1", {1}).run();
  trial.expect_array("weight_gradient", Array({2, 2}, {1, 0.5f, -1, -0.5f}), kRounding);
}

TEST(TrainStep, StopsBeforeALossThatIsNoNumberSpoilsAnything) {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    Trial trial = example(0.1);
    trial.give("images0", Array({1, 2}, {bad, 1})).give_integers("labels0", {1}).run();
    trial.expect_array("weight", Array({2, 2}, {1, 0, 0, 2}));
    trial.expect_array("bias", Array({2}, {0, 0}));
    trial.expect_integer("optimizer_steps", 0);
    trial.expect_integer("images", 0);
    trial.expect_number("loss_sum", 0);
    const std::string message = trial.text("refused");
    trial.expect(message.rfind("[train] loss is", 0) == 0, "the message is \"" + message + "\"");
  }
}
