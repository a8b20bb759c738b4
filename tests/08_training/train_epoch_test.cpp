#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Five images of two pixels in batches of two.
Trial five_images(bool callbacks, std::int64_t stop_after) {
  Trial trial("epoch");
  trial.give_integers("pixels", {0, 255, 255, 0, 51, 51, 0, 102, 204, 0}, {5, 2})
      .give_integers("labels", {0, 1, 0, 1, 0});
  trial.give("weight", Array({2, 2}, {0, 0, 0, 0})).give("batch_size", 2).give("batch", 0).give("lr", 0.5);
  trial.give("callbacks", callbacks).give("stop_after", stop_after).give("rates", Array({3}, {0.5f, 0.5f, 0.5f}));
  trial.run();
  return trial;
}

}  // namespace

TEST(TrainEpoch, TrainsOnEveryBatch) {
  Trial trial = five_images(false, 0);
  trial.expect_integer("images", 5);
  trial.expect_integer("position", 3);
  trial.expect_integer("completed", 1);
}

TEST(TrainEpoch, CallsBackAroundEachBatch) {
  Trial trial = five_images(true, 0);
  trial.expect_integers("before", {0, 2, 4});
  trial.expect_integers("after", {2, 4, 5});
  trial.expect_integer("completed", 1);
}

TEST(TrainEpoch, StopsWhenAsked) {
  Trial second = five_images(true, 2);
  second.expect_integers("after", {2, 4});
  second.expect_integer("images", 4);
  second.expect_integer("position", 2);
  second.expect_integer("completed", 0);
  Trial last = five_images(true, 3);
  last.expect_integer("images", 5);
  last.expect_integer("completed", 0);
}
