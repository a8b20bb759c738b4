#include <algorithm>

#include "tests/08_training/classifier.h"
#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// An epoch from a batch on, with a learning rate of its own for each batch, stopped after some batches (0: not at
/// all); and the same in double.
void judge_epoch(Rng& rng, std::int64_t batch_size, std::int64_t batches, std::int64_t first, std::int64_t stop_after) {
  const std::int64_t features = between(rng, 2, 8), classes = between(rng, 2, 4);
  const std::int64_t count = batch_size * (batches - 1) + between(rng, 1, batch_size);
  std::vector<std::int64_t> pixels, labels, before, after;
  std::vector<double> images;
  for (std::int64_t i = 0; i < count * features; ++i) {
    pixels.push_back(between(rng, 0, 255));
    images.push_back(static_cast<double>(pixels.back()) / 255);
  }
  for (std::int64_t i = 0; i < count; ++i) labels.push_back(between(rng, 0, classes - 1));
  const Array weight = uniform_array(rng, {classes, features}, -0.5f, 0.5f);
  const std::int64_t run = stop_after > 0 ? stop_after : batches - first;
  const Array rates = uniform_array(rng, {std::max<std::int64_t>(run, 1)}, 0.1f, 0.5f);
  Classifier oracle{features,
                    classes,
                    {weight.values().begin(), weight.values().end()},
                    std::vector<double>(static_cast<std::size_t>(classes))};
  std::int64_t seen = 0;
  for (std::int64_t k = 0; k < run; ++k) {
    const std::int64_t begin = (first + k) * batch_size, end = std::min(begin + batch_size, count);
    before.push_back(seen);
    seen += end - begin;
    after.push_back(seen);
    oracle.train({images.begin() + begin * features, images.begin() + end * features},
                 {labels.begin() + begin, labels.begin() + end}, 0, 0, rates.data()[k], 0);
    std::fill(oracle.bias.begin(), oracle.bias.end(), 0);  // the layer has none
  }
  Trial trial("epoch");
  trial.give_integers("pixels", pixels, {count, features}).give_integers("labels", labels).give("weight", weight);
  trial.give("batch_size", batch_size).give("batch", first).give("lr", 7.0).give("callbacks", true);
  trial.give("stop_after", stop_after).give("rates", rates).run();
  trial.expect_integers("before", before);
  trial.expect_integers("after", after);
  trial.expect_integer("images", seen);
  trial.expect_integer("position", first + run);
  trial.expect_integer("completed", stop_after == 0);
  // Per batch a softmax in float and sums of at most 8 products below 1, for at most 9 batches with lr up to 0.5.
  const std::vector<float> expected(oracle.weight.begin(), oracle.weight.end());
  trial.expect_array("weight", Array(weight.shape(), expected), 2e-5);
}

}  // namespace

TEST(TrainEpoch, TakesEachStepWithTheRateSetBeforeIt) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 2; ++i) judge_epoch(rng, between(rng, 1, 6), between(rng, 2, 9), 0, 0);
}

TEST(TrainEpoch, GoesOnWhereTheLoaderStands) {
  Rng rng = rng_of_this_test();
  const std::int64_t batches = between(rng, 3, 9);
  judge_epoch(rng, between(rng, 2, 6), batches, between(rng, 1, batches - 1), 0);
  judge_epoch(rng, between(rng, 2, 6), batches, batches, 0);  // nothing is left: completed
}

TEST(TrainEpoch, StopsAtAnyBatch) {
  Rng rng = rng_of_this_test();
  const std::int64_t batches = between(rng, 3, 9), first = between(rng, 0, batches - 2);
  judge_epoch(rng, between(rng, 2, 6), batches, first, between(rng, 1, batches - first - 1));
  judge_epoch(rng, between(rng, 2, 6), batches, first, batches - first);  // at the very last one
}
