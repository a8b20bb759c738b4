// What quantization costs on real data: skipped where MNIST is not there.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tinytorch/base/sanitized.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/quant/pipeline.h"
#include "tinytorch/quant/quantized_file.h"
#include "tinytorch/tensor/array_ops.h"
#include "tinytorch/train/recipe.h"

namespace tinytorch {
namespace {

constexpr std::int64_t kCalibrationImages = 512;

struct Outcome {
  double accuracy = 0, agreement = 1, sqnr = std::numeric_limits<double>::infinity();
};

class QuantizedMnist : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "accuracy is measured by the optimised build";
    const auto directory = find_mnist();
    if (directory.empty()) GTEST_SKIP() << "MNIST was not found: set TINYTORCH_DATA or run 'tt data fetch mnist'";
    mnist_ = load_idx_directory(directory);
    normalization_ = measure_normalization(mnist_.train);
    test_ = make_batch(mnist_.test, 0, mnist_.test.size(), normalization_);
    calibration_ = make_batch(mnist_.train, 0, kCalibrationImages, normalization_).images;
  }

  std::shared_ptr<Sequential> trained(const std::string& architecture, std::uint64_t seed) const {
    Recipe recipe;
    recipe.trainer.epochs = 5;
    Rng rng(seed);
    const auto model = parse_architecture(architecture, rng);
    const auto optimizer = make_optimizer(recipe.optimizer, model->parameters(), recipe.optimizer_options);
    DataLoader loader(mnist_.train, {.batch_size = recipe.batch_size, .seed = seed, .normalization = normalization_});
    Trainer(*model, *optimizer, loader, recipe.trainer).fit();
    model->set_training(false);
    return model;
  }

  Outcome judge(const Array& logits, const Array& reference) const {
    const Array guess = argmax(logits, 1), guess_before = argmax(reference, 1);
    Outcome outcome{0, 0, sqnr_db(reference, logits)};
    for (std::int64_t i = 0; i < guess.size(); ++i) {
      outcome.accuracy += guess.data()[i] == static_cast<float>(test_.labels[static_cast<std::size_t>(i)]);
      outcome.agreement += guess.data()[i] == guess_before.data()[i];
    }
    outcome.accuracy *= 100.0 / static_cast<double>(guess.size());
    outcome.agreement *= 100.0 / static_cast<double>(guess.size());
    return outcome;
  }

  DataSplits mnist_;
  Normalization normalization_;
  Batch test_;
  Tensor calibration_;
};

TEST_F(QuantizedMnist, LosesNothingThatMatters) {
  for (const char* architecture : {"784-128-10", "784-256-256-10"}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      const auto original = trained(architecture, seed);
      const NoGrad no_history;
      const Array reference = original->forward(test_.images).value();
      const double accuracy = judge(reference, reference).accuracy;
      for (const QuantScheme scheme : {QuantScheme::weight_only, QuantScheme::dynamic, QuantScheme::static_}) {
        for (const bool per_channel : {true, false}) {
          const std::string name = std::string(architecture) + ", seed " + std::to_string(seed) + ", " +
                                   std::string(to_string(scheme)) + (per_channel ? ", per channel" : ", per tensor");
          Sequential quantized = *original;
          quantize_model(quantized, calibration_, {.scheme = scheme, .per_channel = per_channel});
          const Outcome outcome = judge(quantized.forward(test_.images).value(), reference);
          std::printf("  %-52s accuracy %.2f (float32 %.2f), agreement %.2f %%, SQNR %.1f dB\n", name.c_str(),
                      outcome.accuracy, accuracy, outcome.agreement, outcome.sqnr);
          if (!per_channel) continue;  // shown beside
          // The floors of the project: 10,000 images, so 0.15 points are 15 of them and 99.8 % leaves 20 to disagree.
          EXPECT_GE(outcome.accuracy, accuracy - 0.15) << name;
          EXPECT_GE(outcome.agreement, 99.8) << name;
          const double floor = scheme == QuantScheme::weight_only ? 40 : scheme == QuantScheme::dynamic ? 38 : 34;
          EXPECT_GE(outcome.sqnr, floor) << name;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tinytorch
