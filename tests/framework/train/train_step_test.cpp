#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/framework/train/fixture.h"
#include "tinytorch/nn/losses.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

TEST(PredictedClass, IsTheFirstOfTheLargest) {
  const Array logits({3, 3}, {1, 5, 2, 7, 7, 0, -3, -2, -1});
  EXPECT_EQ(predicted_class(logits, 0), 1);
  EXPECT_EQ(predicted_class(logits, 1), 0);
  EXPECT_EQ(predicted_class(logits, 2), 2);
  EXPECT_EQ(count_correct(logits, {1, 1, 2}), 2);
}

TEST(TrainStep, MovesParametersAgainstTheGradientOfTheLoss) {
  Linear layer(Tensor({2, 2}, {1, 0, 0, 1}), Tensor({2}, {0, 0}));
  SGD sgd(layer.parameters(), {.lr = 0.5f});
  const Batch batch{Tensor({1, 2}, {1, 1}), {0}};
  Progress progress;
  train_step(layer, sgd, batch, {}, progress);
  // Logits (1, 1): softmax (1/2, 1/2), gradient of the logits (-1/2, 1/2); times x for the weight; lr 1/2. All exact.
  EXPECT_THAT(layer.weight().value().values(), ::testing::ElementsAre(1.25f, 0.25f, -0.25f, 0.75f));
  EXPECT_THAT(layer.bias().value().values(), ::testing::ElementsAre(0.25f, -0.25f));
  EXPECT_EQ(progress.images, 1);
  EXPECT_EQ(progress.correct, 1);  // of equal logits the first counts
  EXPECT_FLOAT_EQ(static_cast<float>(progress.loss()), std::log(2.0f));
}

TEST(TrainStep, WeighsTheLossByTheSizeOfTheBatch) {
  Linear layer(Tensor({2, 1}, {0, 0}), Tensor());
  SGD sgd(layer.parameters(), {.lr = 0});
  Progress progress;
  train_step(layer, sgd, {Tensor({3, 1}, {1, 1, 1}), {0, 0, 1}}, {}, progress);
  train_step(layer, sgd, {Tensor({1, 1}, {1}), {1}}, {}, progress);
  EXPECT_EQ(progress.images, 4);
  EXPECT_EQ(progress.correct, 2);
  EXPECT_EQ(progress.accuracy(), 0.5);
  EXPECT_FLOAT_EQ(static_cast<float>(progress.loss_sum), 4 * std::log(2.0f));
}

TEST(TrainStep, ClipsTheGradientBeforeTheUpdate) {
  Linear layer(Tensor({2, 1}, {0, 0}), Tensor());
  SGD sgd(layer.parameters(), {.lr = 1});
  Progress progress;
  // The gradient is (-500, 500); clipped to the norm 1 it is (-1, 1) / sqrt(2).
  train_step(layer, sgd, {Tensor({1, 1}, {1000}), {0}}, {.max_grad_norm = 1}, progress);
  EXPECT_FLOAT_EQ(layer.weight().at({0, 0}), std::sqrt(0.5f));
  EXPECT_FLOAT_EQ(layer.weight().at({1, 0}), -std::sqrt(0.5f));
}

TEST(TrainStep, DoesNotMixTheGradientsOfTwoBatches) {
  Linear layer(Tensor({2, 1}, {0, 0}), Tensor());
  SGD sgd(layer.parameters(), {.lr = 0});
  Progress progress;
  const Batch batch{Tensor({1, 1}, {1}), {0}};
  train_step(layer, sgd, batch, {}, progress);
  train_step(layer, sgd, batch, {}, progress);
  EXPECT_THAT(layer.weight().grad().values(), ::testing::ElementsAre(-0.5f, 0.5f));
}

TEST(TrainStep, StopsAtALossThatIsNoNumberBeforeAnythingChanges) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Sequential model = small_network();
    const auto optimizer = make_optimizer("adam", model.parameters(), {});
    const std::vector<Array> before = parameter_values(model);
    Array images({2, 20}, 1.0f);
    images.data()[25] = bad;
    Progress progress;
    EXPECT_THROW(train_step(model, *optimizer, {Tensor(images), {0, 1}}, {}, progress), LossNotFinite);
    EXPECT_TRUE(same_values(before, parameter_values(model)));
    EXPECT_EQ(optimizer->state().steps, 0);
    EXPECT_EQ(progress.images, 0);
  }
}

TEST(TrainEpoch, RunsTheRestOfTheEpochAndStopsWhenAsked) {
  const Dataset data = striped_dataset(50, 1);
  DataLoader loader(data, {.batch_size = 8, .normalization = {}});
  Sequential model = small_network();
  SGD sgd(model.parameters());
  Progress progress;
  int before = 0, after = 0;
  EXPECT_FALSE(train_epoch(
      model, sgd, loader, {}, progress, [&] { ++before; }, [&] { return ++after < 3; }));
  EXPECT_EQ(before, 3);
  EXPECT_EQ(progress.images, 24);
  EXPECT_TRUE(train_epoch(model, sgd, loader, {}, progress));
  EXPECT_EQ(progress.images, 50);
}

TEST(TrainStep, TakesNoNewMemoryAfterTheFirstBatches) {
  { const Array freed({64}); }
  if (array_memory().cached == 0) GTEST_SKIP() << "this build keeps no freed memory, so that sanitizers see its misuse";
  const Dataset data = striped_dataset(320, 1);
  DataLoader loader(data, {.batch_size = 16, .normalization = {}});
  for (const char* name : {"sgd", "adam"}) {
    Sequential model = small_network();
    const auto optimizer = make_optimizer(name, model.parameters(), {});
    Progress progress;
    loader.start(0);
    std::uint64_t warm = 0;
    int batches = 0;
    train_epoch(model, *optimizer, loader, {}, progress, {}, [&] {
      if (++batches == 2) warm = array_memory().system_allocations;
      return true;
    });
    const std::uint64_t end = array_memory().system_allocations;
    EXPECT_EQ(end, warm) << name;
    EXPECT_EQ(batches, 20);
  }
}

TEST(TrainStep, LeavesNoNodeBehind) {
  const Dataset data = striped_dataset(64, 1);
  DataLoader loader(data, {.batch_size = 16, .normalization = {}});
  Sequential model = small_network();
  SGD sgd(model.parameters());
  const std::int64_t before = live_nodes();
  Progress progress;
  train_epoch(model, sgd, loader, {}, progress);
  EXPECT_EQ(live_nodes(), before);
}

}  // namespace
}  // namespace tinytorch
