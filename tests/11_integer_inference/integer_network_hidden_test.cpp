#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Layer {
  std::int64_t in = 0, out = 0;
  std::vector<std::int64_t> weights;  // (out, in)
  std::vector<float> scales, bias;    // bias empty: none
  bool relu = false;
  float input_scale = 1;
  std::int64_t input_zero = 0;
};

/// Layers of those sizes. A multiplier is about 60 steps over a usual sum; where `coarse`, weights are small and it
/// lies between 0.4 and 1, so that half a unit of the sums is a good part of a step.
std::vector<Layer> random_layers(Rng& rng, const std::vector<std::int64_t>& sizes, bool coarse) {
  std::vector<Layer> layers;
  float input_scale = rng.uniform(0.01f, 0.05f);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    Layer layer;
    layer.in = sizes[i], layer.out = sizes[i + 1];
    layer.relu = rng.below(2) != 0;
    layer.input_scale = input_scale;
    layer.input_zero = between(rng, -60, 20);
    const std::int64_t largest = coarse ? 2 : 127;
    for (std::int64_t k = 0; k < layer.in * layer.out; ++k) layer.weights.push_back(between(rng, -largest, largest));
    const double usual = 40.0 * static_cast<double>(largest) * std::sqrt(static_cast<double>(layer.in));
    const double multiplier = coarse ? static_cast<double>(rng.uniform(0.4f, 0.7f)) : 60 / usual;
    const float weight_scale = coarse ? rng.uniform(0.4f, 0.6f) : rng.uniform(0.004f, 0.01f);
    const bool has_bias = coarse || rng.below(4) != 0;
    for (std::int64_t j = 0; j < layer.out; ++j) {
      layer.scales.push_back(weight_scale * rng.uniform(0.7f, 1.4f));
      const float most = coarse ? 20.0f : static_cast<float>(usual);
      if (has_bias) layer.bias.push_back(input_scale * layer.scales.back() * rng.uniform(-most, most));
    }
    input_scale = static_cast<float>(static_cast<double>(input_scale) * weight_scale / multiplier);
    layers.push_back(std::move(layer));
  }
  return layers;
}

void describe(Trial& trial, const std::vector<Layer>& layers) {
  trial.give("layers", static_cast<std::int64_t>(layers.size()));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    const std::string at = std::to_string(i);
    trial.give_integers("weights" + at, layer.weights, {layer.out, layer.in})
        .give("scales" + at, Array({layer.out}, std::span<const float>(layer.scales)))
        .give("relu" + at, layer.relu)
        .give("input_scale" + at, static_cast<double>(layer.input_scale))
        .give("input_zero" + at, layer.input_zero);
    if (!layer.bias.empty()) trial.give("bias" + at, Array({layer.out}, std::span<const float>(layer.bias)));
  }
}

double to_even(double x) {
  const double below = std::floor(x), rest = x - below;
  return rest > 0.5 || (rest == 0.5 && std::fmod(below, 2) != 0) ? below + 1 : below;
}

/// One row through the chain in int64; float32 only where the contract says so: the multiplier, and the logits.
std::vector<float> logits_of(const std::vector<Layer>& layers, std::vector<std::int64_t> codes) {
  std::vector<float> logits;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    std::vector<std::int64_t> next;
    for (std::int64_t j = 0; j < layer.out; ++j) {
      std::int64_t sum = 0;
      for (std::int64_t p = 0; p < layer.in; ++p) {
        sum += (codes[static_cast<std::size_t>(p)] - layer.input_zero) *
               layer.weights[static_cast<std::size_t>(j * layer.in + p)];
      }
      const float scale = layer.scales[static_cast<std::size_t>(j)];
      const float bias = layer.bias.empty() ? 0 : layer.bias[static_cast<std::size_t>(j)];
      if (i + 1 == layers.size()) {
        float y = static_cast<float>(sum) * (layer.input_scale * scale);
        if (!layer.bias.empty()) y += bias;
        logits.push_back(layer.relu && y < 0 ? 0 : y);
        continue;
      }
      const double unit = static_cast<double>(layer.input_scale) * static_cast<double>(scale);
      sum += static_cast<std::int64_t>(to_even(static_cast<double>(bias) / unit));
      const auto multiplier = static_cast<float>(unit / static_cast<double>(layers[i + 1].input_scale));
      const auto steps =
          static_cast<float>(static_cast<double>(static_cast<float>(sum)) * static_cast<double>(multiplier));
      const auto zero = static_cast<double>(layers[i + 1].input_zero);
      next.push_back(static_cast<std::int64_t>(
          std::clamp(to_even(static_cast<double>(steps)) + zero, layer.relu ? zero : -127.0, 127.0)));
    }
    codes = next;
  }
  return logits;
}

/// Runs random rows through the network. x lies on the input's grid, so that its codes are known.
void expect_equal_logits(Rng& rng, const std::vector<Layer>& layers, std::int64_t batch) {
  const Layer& first = layers.front();
  Array x({batch, first.in}), logits({batch, layers.back().out});
  for (std::int64_t row = 0; row < batch; ++row) {
    std::vector<std::int64_t> codes;
    for (std::int64_t p = 0; p < first.in; ++p) {
      codes.push_back(between(rng, -127, 127));
      x.data()[row * first.in + p] = first.input_scale * static_cast<float>(codes.back() - first.input_zero);
    }
    const std::vector<float> answer = logits_of(layers, codes);
    std::copy(answer.begin(), answer.end(), logits.data() + row * logits.dim(1));
  }
  Trial trial("forward");
  describe(trial, layers);
  trial.give("x", x).run();
  trial.expect_array("logits", logits);
}

}  // namespace

TEST(IntegerNetwork, EqualsIntegersToTheBit) {
  Rng rng = rng_of_this_test();
  // One layer alone; then hidden layers that grow, so that a buffer which is read and written at once would show.
  expect_equal_logits(rng, random_layers(rng, {between(rng, 1, 40), between(rng, 1, 20)}, false), between(rng, 1, 5));
  for (int round = 0; round < 2; ++round) {
    std::vector<std::int64_t> sizes{between(rng, 5, 60), between(rng, 3, 12)};
    for (std::int64_t hidden = between(rng, 2, 3); hidden > 0; --hidden)
      sizes.push_back(sizes.back() + between(rng, 4, 15));
    sizes.push_back(between(rng, 2, 12));
    expect_equal_logits(rng, random_layers(rng, sizes, false), between(rng, 5, 20));
  }
}

TEST(IntegerNetwork, NoFloatBetweenTheLayers) {
  Rng rng = rng_of_this_test();
  const std::vector<std::int64_t> sizes{between(rng, 8, 20), between(rng, 12, 20), between(rng, 12, 20),
                                        between(rng, 5, 10)};
  expect_equal_logits(rng, random_layers(rng, sizes, true), between(rng, 10, 20));
}

TEST(IntegerNetwork, PixelsEnterThroughTheFirstLayer) {
  Rng rng = rng_of_this_test();
  const std::int64_t inputs = between(rng, 20, 40), hidden = between(rng, 2, 5), batch = between(rng, 3, 6);
  std::vector<Layer> layers = random_layers(rng, {inputs, hidden, 10}, false);
  layers[1].input_scale = 0.06f;
  for (float& scale : layers[0].scales) scale = 0.01f;
  const double mean = 0.13, deviation = 0.31;
  std::vector<std::int64_t> pixels;
  Array logits({batch, 10});
  // A code of the hidden layer may differ by one where a rounding of float32 decides; so may a logit by all those
  // steps.
  double allowed = 1e-3;
  for (std::int64_t j = 0; j < 10; ++j) {
    double steps = 0;
    for (std::int64_t p = 0; p < hidden; ++p)
      steps += std::fabs(static_cast<double>(layers[1].weights[static_cast<std::size_t>(j * hidden + p)]));
    allowed =
        std::max(allowed, 1e-3 + steps * 0.06 * static_cast<double>(layers[1].scales[static_cast<std::size_t>(j)]));
  }
  for (std::int64_t row = 0; row < batch; ++row) {
    for (std::int64_t p = 0; p < inputs; ++p) pixels.push_back(rng.below(3) == 0 ? 0 : between(rng, 0, 255));
    std::vector<double> codes;
    for (std::int64_t j = 0; j < hidden; ++j) {
      double y = layers[0].bias.empty() ? 0 : static_cast<double>(layers[0].bias[static_cast<std::size_t>(j)]);
      for (std::int64_t p = 0; p < inputs; ++p) {
        const double x =
            (static_cast<double>(pixels[static_cast<std::size_t>(row * inputs + p)]) / 255 - mean) / deviation;
        y += x * 0.01 * static_cast<double>(layers[0].weights[static_cast<std::size_t>(j * inputs + p)]);
      }
      const auto zero = static_cast<double>(layers[1].input_zero);
      codes.push_back(std::clamp(to_even(y / 0.06) + zero, layers[0].relu ? zero : -127.0, 127.0) - zero);
    }
    for (std::int64_t j = 0; j < 10; ++j) {
      double y = layers[1].bias.empty() ? 0 : static_cast<double>(layers[1].bias[static_cast<std::size_t>(j)]);
      for (std::int64_t p = 0; p < hidden; ++p) {
        y += codes[static_cast<std::size_t>(p)] * 0.06 *
             static_cast<double>(layers[1].scales[static_cast<std::size_t>(j)]) *
             static_cast<double>(layers[1].weights[static_cast<std::size_t>(j * hidden + p)]);
      }
      logits.data()[row * 10 + j] = static_cast<float>(layers[1].relu ? std::max(y, 0.0) : y);
    }
  }
  Trial trial("forward_pixels");
  describe(trial, layers);
  trial.give_integers("pixels", pixels, {batch, inputs}).give("mean", mean).give("standard_deviation", deviation).run();
  trial.expect_array("logits", logits, allowed);
}
