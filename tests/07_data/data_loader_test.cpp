#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Mean 0 and deviation 1: a pixel p becomes p / 255.
Trial loader(const char* scenario, const std::vector<std::int64_t>& pixels, std::int64_t width,
             const std::vector<std::int64_t>& labels, std::int64_t batch_size, bool shuffle) {
  Trial trial(scenario);
  trial.give_integers("pixels", pixels, {std::ssize(labels), width}).give_integers("labels", labels);
  trial.give("batch_size", batch_size).give("shuffle", shuffle).give("drop_last", false).give("seed", 1);
  return trial;
}

// A product of scale and pixel and a sum, each rounded; results below 4.
constexpr double kRounding = 1e-6;

}  // namespace

TEST(DataLoader, KeepsTheOrderWithoutShuffling) {
  Trial trial = loader("epoch", {0, 51, 102, 153, 204, 255}, 2, {3, 1, 2}, 1, false);
  trial.give("mean", 0.0).give("deviation", 1.0).give("epoch", 0).give("batch", 0).run();
  trial.expect_integers("batch_sizes", {1, 1, 1});
  trial.expect_integers("widths", {2, 2, 2});
  trial.expect_array("images", Array({6}, {0, 0.2f, 0.4f, 0.6f, 0.8f, 1}), kRounding);
  trial.expect_integers("labels", {3, 1, 2});
}

TEST(DataLoader, LastBatchHasWhatIsLeft) {
  Trial trial = loader("epoch", {0, 51, 102, 153, 204}, 1, {0, 1, 2, 3, 4}, 2, false);
  trial.give("mean", 0.0).give("deviation", 1.0).give("epoch", 0).give("batch", 0).run();
  trial.expect_integers("batch_sizes", {2, 2, 1});
  trial.expect_array("images", Array({5}, {0, 0.2f, 0.4f, 0.6f, 0.8f}), kRounding);
  trial.expect_integers("labels", {0, 1, 2, 3, 4});
  trial.expect(trial.integer("refusals") == 2, "next() does not keep returning false at the end of the epoch");
  trial.expect_integer("position", 3);
}

TEST(DataLoader, NormalizesItsPixels) {
  Trial trial = loader("epoch", {0, 51, 102, 255}, 2, {0, 1}, 2, false);
  trial.give("mean", 0.5).give("deviation", 0.25).give("epoch", 0).give("batch", 0).run();
  trial.expect_array("images", Array({4}, {-2, -1.2f, -0.4f, 2}), kRounding);
}

TEST(DataLoader, ShufflesEveryImageOnce) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < 40; ++i) numbers.push_back(i);
  Trial trial = loader("epoch", numbers, 1, numbers, 8, true);
  trial.give("mean", 0.0).give("deviation", 1.0).give("epoch", 0).give("batch", 0).run();
  trial.expect_shape("images", {40});
  std::vector<std::int64_t> came;
  const Array images = trial.array("images");
  for (const float x : images.values()) came.push_back(std::lround(x * 255));
  trial.expect(came != numbers, "the images come in the order of the file, although shuffle is on");
  std::sort(came.begin(), came.end());
  trial.expect(came == numbers, "in one epoch some images come more than once and others not at all");
}

TEST(DataLoader, LabelsStandBesideTheirImages) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < 40; ++i) numbers.push_back(i);
  Trial trial = loader("epoch", numbers, 1, numbers, 8, true);
  trial.give("mean", 0.0).give("deviation", 1.0).give("epoch", 0).give("batch", 0).run();
  trial.expect_shape("images", {40});
  trial.expect_shape("labels", {40});
  const Array images = trial.array("images");
  const std::vector<std::int64_t> labels = trial.integers("labels");
  for (std::int64_t i = 0; i < 40; ++i) {
    const double image = images.data()[i] * 255.0;
    trial.expect(std::abs(image - static_cast<double>(labels[static_cast<std::size_t>(i)])) < 0.01,
                 "row " + std::to_string(i % 8) + " of batch " + std::to_string(i / 8) + " is image " +
                     std::to_string(static_cast<int>(image + 0.5)) + ", but its label is that of image " +
                     std::to_string(labels[static_cast<std::size_t>(i)]));
  }
}
