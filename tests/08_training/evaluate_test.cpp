#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Five images of two pixels, black or white; the network predicts the brighter one. The labels say that it is wrong
/// with image 2, a white left pixel of class 1.
Trial brighter(std::int64_t batch_size, bool training = true) {
  Trial trial("watched");
  trial.give_integers("pixels", {255, 0, 0, 255, 255, 0, 255, 0, 255, 0}, {5, 2})
      .give_integers("labels", {0, 1, 1, 0, 0});
  trial.give("classes", 2).give("weight", Array({2, 2}, {1, 0, 0, 1})).give("batch_size", batch_size);
  trial.give("mean", 0.0).give("deviation", 1.0).give("fail_at", 0).give("training", training).run();
  return trial;
}

}  // namespace

TEST(Evaluate, CountsEveryImageInTheTable) {
  for (const std::int64_t batch_size : {1, 2, 5, 100}) {
    Trial trial = brighter(batch_size);
    trial.expect_integer("images", 5);
    trial.expect_integer("correct", 4);
    trial.expect_integers("confusion", {3, 0, 1, 1}, {2, 2});  // rows: the true class
  }
}

TEST(Evaluate, AddsUpTheLossOverImages) {
  // Logits 1 and 0: log(1 + 1/e) = 0.31326 where it is right, 1 more where it is wrong.
  for (const std::int64_t batch_size : {1, 2, 5}) brighter(batch_size).expect_number("loss_sum", 2.56630844, 5e-6);
}

TEST(Evaluate, RunsInEvaluationModeWithoutHistory) {
  Trial trial = brighter(2);
  trial.expect(trial.integer("called_in_training_mode") == 0, "the model was called in training mode");
  trial.expect(trial.integer("called_with_history") == 0, "the model was called while history is recorded");
}

TEST(Evaluate, RestoresTheMode) {
  for (const bool training : {true, false}) {
    Trial trial = brighter(2, training);
    trial.expect_integer("training_afterwards", training);
    trial.expect_integer("history_afterwards", 1);
  }
}
