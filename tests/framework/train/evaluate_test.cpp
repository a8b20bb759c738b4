#include <gmock/gmock.h>

#include "tests/framework/train/fixture.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// Four images of two pixels; the identity as a network predicts the brighter pixel.
Dataset pairs() {
  return {.name = "pairs",
          .height = 1,
          .width = 2,
          .classes = 2,
          .pixels = {255, 0, 0, 255, 255, 0, 255, 0},
          .labels = {0, 1, 1, 0}};
}

TEST(Evaluate, CountsEveryImageInTheTable) {
  Linear identity(Tensor({2, 2}, {1, 0, 0, 1}), Tensor());
  for (const std::int64_t batch : {1, 3, 4, 100}) {
    const Evaluation result = evaluate(identity, pairs(), {}, batch);
    EXPECT_EQ(result.total.images, 4);
    EXPECT_EQ(result.total.correct, 3);
    EXPECT_EQ(result.confusion, (std::vector<std::vector<std::int64_t>>{{2, 0}, {1, 1}}));
    // Three right with -log(e / (e + 1)), one wrong with -log(1 / (e + 1)); float losses of batches, added in double.
    const double right = std::log1p(std::exp(-1.0));
    EXPECT_NEAR(result.total.loss(), (4 * right + 1) / 4, 1e-6);
  }
}

TEST(Evaluate, UsesTheNormalization) {
  Linear identity(Tensor({2, 2}, {1, 0, 0, 1}), Tensor());
  const Evaluation plain = evaluate(identity, pairs(), {});
  const Evaluation sharper = evaluate(identity, pairs(), {.mean = 0.5f, .standard_deviation = 0.1f});
  EXPECT_GT(sharper.total.loss(), plain.total.loss());  // the one mistake is made with more confidence
}

TEST(Evaluate, IsIndependentOfDropoutAndRestoresTheMode) {
  const Dataset data = striped_dataset(30, 1);
  Sequential model = small_network();
  const double first = evaluate(model, data, {}).total.loss_sum;
  EXPECT_EQ(evaluate(model, data, {}).total.loss_sum, first);
  EXPECT_TRUE(model.training());
  EXPECT_TRUE(model.modules()[2]->training());
  model.set_training(false);
  evaluate(model, data, {});
  EXPECT_FALSE(model.training());
}

TEST(Evaluate, RecordsNoHistory) {
  class Spy : public Module {
   public:
    Tensor forward(const Tensor& x) override {
      saw_grad |= grad_enabled();
      return zeros({x.dim(0), 4});
    }
    std::string describe() const override { return "Spy()"; }
    bool saw_grad = false;
  } spy;
  evaluate(spy, striped_dataset(10, 1), {});
  EXPECT_FALSE(spy.saw_grad);
  EXPECT_TRUE(grad_enabled());
}

TEST(Evaluate, RestoresModeAndHistoryWhenTheModelFails) {
  Rng rng(1);
  Sequential wrong(Linear(19, 4, rng));
  EXPECT_THROW(evaluate(wrong, striped_dataset(10, 1), {}), Error);
  EXPECT_TRUE(wrong.training());
  EXPECT_TRUE(grad_enabled());
}

TEST(Evaluate, RefusesAModelWithOtherClassesAndAnEmptySet) {
  Rng rng(1);
  Sequential five(Linear(20, 5, rng));
  EXPECT_THAT([&] { evaluate(five, striped_dataset(10, 1), {}); },
              ThrowsMessage<Error>(HasSubstr("the model gave (10, 5) where (10, 4) is needed")));
  EXPECT_THROW(evaluate(five, striped_dataset(0, 1), {}), Error);
  EXPECT_THROW(evaluate(five, striped_dataset(10, 1), {}, 0), Error);
}

}  // namespace
}  // namespace tinytorch
