#include "tinytorch/nn/layers.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Linear, ComputesXTimesTransposedWeightPlusBias) {
  Linear layer(Tensor({2, 3}, {1, 2, 3, 4, 5, 6}), Tensor({2}, {10, 20}));
  const Tensor y = layer(Tensor({2, 3}, {1, 0, -1, 2, 2, 2}));
  EXPECT_EQ(y.shape(), (Shape{2, 2}));
  EXPECT_THAT(y.value().values(), ElementsAre(8, 18, 22, 50));
}

TEST(Linear, StartsUniformWithinOneOverTheRootOfItsInputs) {
  Rng rng(1);
  const Linear layer(100, 400, rng);
  EXPECT_EQ(layer.weight().shape(), (Shape{400, 100}));
  EXPECT_EQ(layer.bias().shape(), (Shape{400}));
  float largest_weight = 0, largest_bias = 0;
  for (const float w : layer.weight().value().values()) largest_weight = std::max(largest_weight, std::abs(w));
  for (const float b : layer.bias().value().values()) largest_bias = std::max(largest_bias, std::abs(b));
  // 1/sqrt(100) rounded a few times; of 40,000 and of 400 uniform draws some come within 0.1 % and 5 % of the bound
  EXPECT_LE(largest_weight, 0.1f * (1 + 1e-6f));
  EXPECT_GT(largest_weight, 0.0999f);
  EXPECT_LE(largest_bias, 0.1f * (1 + 1e-6f));
  EXPECT_GT(largest_bias, 0.095f);
}

TEST(Linear, NamesItsParametersAndTheyRequireGradients) {
  Rng rng(1);
  const Linear with(3, 2, rng), without(3, 2, rng, false);
  const auto named = with.named_parameters();
  ASSERT_EQ(named.size(), 2u);
  EXPECT_EQ(named[0].name, "weight");
  EXPECT_EQ(named[1].name, "bias");
  EXPECT_TRUE(named[0].tensor.requires_grad() && named[1].tensor.requires_grad());
  EXPECT_EQ(without.named_parameters().size(), 1u);
  EXPECT_FALSE(without.bias().defined());
  EXPECT_EQ(with.describe(), "Linear(3, 2)");
  EXPECT_EQ(without.describe(), "Linear(3, 2, bias=false)");
}

TEST(Linear, MakesGivenValuesParameters) {
  const Linear layer(Tensor({1, 2}, {1, 2}), Tensor());
  EXPECT_EQ(layer.in_features(), 2);
  EXPECT_EQ(layer.out_features(), 1);
  EXPECT_TRUE(layer.weight().requires_grad());
}

TEST(Linear, RefusesSizesAndShapesThatDoNotFit) {
  Rng rng(1);
  EXPECT_THAT([&] { Linear(0, 5, rng); }, ThrowsMessage<Error>(HasSubstr("in_features 0 and out_features 5")));
  EXPECT_THROW(Linear(5, -1, rng), Error);
  EXPECT_THROW(Linear(Tensor({3}, {1, 2, 3}), Tensor()), Error);
  EXPECT_THROW(Linear(Tensor({0, 3}, {}), Tensor()), Error);
  EXPECT_THAT(
      [&] {
        Linear(Tensor({1, 2}, {1, 2}), Tensor({2}, {1, 2}));
      },
      ThrowsMessage<Error>(HasSubstr("weight (1, 2) and bias (2,)")));
  Linear layer(3, 2, rng);
  EXPECT_THROW(layer(zeros({4, 5})), Error);
}

TEST(Activations, ComputeTheirFunctions) {
  const Tensor x({2, 2}, {-1, 0, 1, 2});
  const double root2 = std::sqrt(2.0);
  // Float functions of one step: a few units in the last place of values up to 2.
  const float tolerance = 1e-6f;
  for (std::int64_t i = 0; i < 4; ++i) {
    const Shape at{i / 2, i % 2};
    const double v = x.at(at);
    EXPECT_EQ(ReLU()(x).at(at), std::max(v, 0.0));
    EXPECT_NEAR(Sigmoid()(x).at(at), 1 / (1 + std::exp(-v)), tolerance);
    EXPECT_NEAR(Tanh()(x).at(at), std::tanh(v), tolerance);
    EXPECT_NEAR(GELU()(x).at(at), v * 0.5 * (1 + std::erf(v / root2)), tolerance);
    const double other = x.at({i / 2, 1 - i % 2});
    EXPECT_NEAR(Softmax()(x).at(at), 1 / (1 + std::exp(other - v)), tolerance);
  }
}

TEST(Flatten, KeepsTheBatchAndJoinsTheRest) {
  Flatten flatten;
  EXPECT_EQ(flatten(zeros({5, 2, 3, 4})).shape(), (Shape{5, 24}));
  EXPECT_EQ(flatten(zeros({5, 7})).shape(), (Shape{5, 7}));
  EXPECT_EQ(flatten(zeros({5})).shape(), (Shape{5, 1}));
  EXPECT_EQ(flatten(zeros({0, 2, 3})).shape(), (Shape{0, 6}));
  EXPECT_THROW(flatten(zeros({})), Error);
}

TEST(Dropout, IsTheIdentityInEvaluationAndAtZero) {
  Rng rng(1);
  Dropout half(0.5f, rng), none(0, rng);
  half.set_training(false);
  const Tensor x = ones({10, 10});
  EXPECT_EQ(half(x).node(), x.node());
  EXPECT_EQ(none(x).node(), x.node());
}

TEST(Dropout, ZeroesItsShareAndScalesTheRest) {
  Rng rng(1);
  const float p = 0.3f;
  Dropout dropout(p, rng);
  const Tensor y = dropout(full({100, 1000}, 2));
  std::int64_t zeroed = 0;
  for (const float v : y.value().values()) {
    if (v == 0) {
      ++zeroed;
    } else {
      EXPECT_EQ(v, 2 * (1 / (1 - p)));
    }
  }
  // Binomial over 100,000: standard deviation sqrt(n p (1 - p)) = 145; five of them.
  EXPECT_NEAR(static_cast<double>(zeroed), 30000, 5 * 145);
}

TEST(Dropout, SendsTheGradientThroughTheSameMask) {
  Rng rng(1);
  Dropout dropout(0.5f, rng);
  const Tensor x(Array({8, 8}, 3.0f), true);
  const Tensor y = dropout(x);
  sum(y).backward();
  for (std::int64_t i = 0; i < 64; ++i) {
    EXPECT_EQ(x.grad().at({i / 8, i % 8}), y.at({i / 8, i % 8}) / 3);  // 0 or 6 over 3: exact
  }
}

TEST(Dropout, RepeatsItsMasksWhenItsGeneratorIsPutBack) {
  Rng rng(1);
  Dropout dropout(0.5f, rng);
  const Tensor x = ones({16, 16});
  ASSERT_EQ(dropout.generators().size(), 1u);
  const Rng::State saved = dropout.generators()[0]->state();
  const Tensor first = dropout(x), second = dropout(x);
  dropout.generators()[0]->set_state(saved);
  const Tensor again = dropout(x);
  EXPECT_TRUE(std::ranges::equal(first.value().values(), again.value().values()));
  EXPECT_FALSE(std::ranges::equal(first.value().values(), second.value().values()));
}

TEST(Dropout, DrawsFromAGeneratorOfItsOwn) {
  Rng rng(1);
  Dropout a(0.5f, rng), b(0.5f, rng);
  const Rng::State state = rng.state();
  const Tensor x = ones({16, 16});
  EXPECT_FALSE(std::ranges::equal(a(x).value().values(), b(x).value().values()));
  EXPECT_EQ(rng.state(), state);
}

TEST(Dropout, RefusesWhatIsNoProbabilityBelowOne) {
  Rng rng(1);
  for (const float p : {-0.1f, 1.0f, 1.5f, std::nanf("")}) EXPECT_THROW(Dropout(p, rng), Error) << p;
}

TEST(EvaluationMode, PutsTheModeBack) {
  Rng rng(1);
  Dropout dropout(0.5f, rng);
  try {
    const EvaluationMode mode(dropout);
    EXPECT_FALSE(dropout.training());
    throw Error("left by an exception");
  } catch (const Error&) {
  }
  EXPECT_TRUE(dropout.training());
}

}  // namespace
}  // namespace tinytorch
