#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/framework/tensor/gradcheck.h"
#include "tinytorch/base/error.h"
#include "tinytorch/nn/losses.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// The definition, in double: the mean of -sum target_j log softmax(x)_j.
double oracle(const Tensor& logits, const Labels& labels, double smoothing) {
  const std::int64_t classes = logits.dim(1), batch = logits.dim(0);
  double total = 0;
  for (std::int64_t i = 0; i < batch; ++i) {
    double largest = -INFINITY, sum = 0;
    for (std::int64_t j = 0; j < classes; ++j) largest = std::max<double>(largest, logits.at({i, j}));
    for (std::int64_t j = 0; j < classes; ++j) sum += std::exp(logits.at({i, j}) - largest);
    for (std::int64_t j = 0; j < classes; ++j) {
      const bool hit = j == labels[static_cast<std::size_t>(i)];
      const double target = smoothing / static_cast<double>(classes) + (hit ? 1 - smoothing : 0);
      total -= target * (logits.at({i, j}) - largest - std::log(sum));
    }
  }
  return total / static_cast<double>(batch);
}

Labels some_labels(std::int64_t batch, std::int64_t classes) {
  Labels labels;
  for (std::int64_t i = 0; i < batch; ++i) labels.push_back(static_cast<std::int32_t>((i * 7) % classes));
  return labels;
}

TEST(CrossEntropy, OfEqualLogitsIsTheLogarithmOfTheClasses) {
  // log(10) rounded to float; equal logits make every exponential exactly 1
  EXPECT_FLOAT_EQ(cross_entropy(zeros({3, 10}), {0, 5, 9}).item(), static_cast<float>(std::log(10.0)));
}

TEST(CrossEntropy, AgreesWithItsDefinition) {
  Rng rng(1);
  for (const auto& [batch, classes] : {std::pair{1, 1}, {1, 2}, {5, 3}, {64, 10}, {7, 100}}) {
    const Tensor logits = normal({batch, classes}, 0, 3, rng);
    for (const float smoothing : {0.0f, 0.1f, 0.9f}) {
      const Labels labels = some_labels(batch, classes);
      // A float sum of up to 100 exponentials: relative error below 100 * 2^-24, and as much again for exp and log.
      EXPECT_NEAR(cross_entropy(logits, labels, smoothing).item(), oracle(logits, labels, smoothing), 2e-5)
          << batch << " " << classes << " " << smoothing;
    }
  }
}

TEST(CrossEntropy, GradientIsSoftmaxMinusTargetOverTheBatch) {
  Rng rng(2);
  const Tensor logits(normal({4, 3}, 0, 2, rng).value(), true);
  const Labels labels{0, 2, 1, 1};
  const float smoothing = 0.3f;
  cross_entropy(logits, labels, smoothing).backward();
  for (std::int64_t i = 0; i < 4; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < 3; ++j) sum += std::exp(static_cast<double>(logits.at({i, j})));
    for (std::int64_t j = 0; j < 3; ++j) {
      const double target = 0.1 + (j == labels[static_cast<std::size_t>(i)] ? 0.7 : 0);
      // values up to 1/4 of a few float operations
      EXPECT_NEAR(logits.grad().at({i, j}), (std::exp(static_cast<double>(logits.at({i, j}))) / sum - target) / 4,
                  1e-7);
    }
  }
}

TEST(CrossEntropy, GradientMatchesFiniteDifference) {
  Rng rng(3);
  for (const float smoothing : {0.0f, 0.2f}) {
    testing::gradcheck(
        [&](const std::vector<Tensor>& in) {
          return cross_entropy(in[0], {0, 2, 1, 1, 2}, smoothing);
        },
        {normal({5, 3}, 0, 1, rng).value()});
  }
}

TEST(CrossEntropy, MultipliesItsGradientByWhatComesFromAbove) {
  const Tensor logits(Array({1, 2}, {0, 0}), true);
  (cross_entropy(logits, {0}) * 3.0f).backward();
  EXPECT_THAT(logits.grad().values(), ::testing::ElementsAre(-1.5f, 1.5f));
}

TEST(CrossEntropy, AddsUpOverTwoBackwardPassesOfARetainedGraph) {
  const Tensor logits(Array({1, 2}, {0, 0}), true);
  const Tensor loss = cross_entropy(logits, {0});
  loss.backward(true);
  loss.backward(true);
  loss.backward();
  EXPECT_THAT(logits.grad().values(), ::testing::ElementsAre(-1.5f, 1.5f));
}

TEST(CrossEntropy, IsExactAtLogitsOfTenThousand) {
  const Tensor logits(Array({2, 2}, {1e4f, -1e4f, 1e4f, -1e4f}), true);
  const Tensor loss = cross_entropy(logits, {0, 1});
  EXPECT_EQ(loss.item(), 1e4f);  // (0 + 20,000) / 2
  loss.backward();
  EXPECT_THAT(logits.grad().values(), ::testing::ElementsAre(0, 0, 0.5f, -0.5f));
}

TEST(CrossEntropy, IsNaNWhenALogitIs) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (std::int64_t place = 0; place < 3; ++place) {
      Tensor logits = zeros({1, 3});
      logits.mutable_value().data()[place] = bad;
      EXPECT_TRUE(std::isnan(cross_entropy(logits, {1}).item())) << bad << " at " << place;
    }
  }
}

TEST(CrossEntropy, NamesTheRowOfALabelThatIsNoClass) {
  EXPECT_THAT(
      [] {
        cross_entropy(zeros({3, 10}), {0, 10, 1});
      },
      ThrowsMessage<Error>(HasSubstr("[cross_entropy] logits (3, 10): label 10 of row 1 is no class")));
  EXPECT_THAT([] { cross_entropy(zeros({3, 10}), {0, 1, -1}); }, ThrowsMessage<Error>(HasSubstr("label -1 of row 2")));
}

TEST(CrossEntropy, RefusesOperandsThatDoNotFit) {
  EXPECT_THROW(cross_entropy(zeros({3, 10}), {0, 1}), Error);
  EXPECT_THROW(cross_entropy(zeros({3}), {0, 1, 2}), Error);
  EXPECT_THROW(cross_entropy(zeros({0, 10}), {}), Error);
  EXPECT_THROW(cross_entropy(zeros({1, 0}), {0}), Error);
  for (const float smoothing : {-0.1f, 1.0f, std::nanf("")})
    EXPECT_THROW(cross_entropy(zeros({1, 2}), {0}, smoothing), Error);
}

}  // namespace
}  // namespace tinytorch
