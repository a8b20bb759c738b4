#include "tinytorch/quant/integer_network.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"
#include "tinytorch/kernels/pixels/pixels.h"
#include "tinytorch/quant/pipeline.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::shared_ptr<QuantizedLinear>> random_layers(const std::vector<std::int64_t>& sizes,
                                                            const Array& samples, Rng& rng) {
  std::vector<std::shared_ptr<QuantizedLinear>> layers;
  Tensor x(samples);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    const Linear linear(
        Tensor(test::normal_array({sizes[i + 1], sizes[i]}, rng, 1 / std::sqrt(static_cast<float>(sizes[i])))),
        Tensor(test::normal_array({sizes[i + 1]}, rng)));
    const bool relu = i + 2 < sizes.size() && i % 2 == 0;
    layers.push_back(std::make_shared<QuantizedLinear>(linear, QuantConfig{.scheme = QuantScheme::static_}, relu));
    layers.back()->calibrate(x);
    x = tinytorch::linear(x, linear.weight(), linear.bias(), relu);
  }
  return layers;
}

/// How far the logits of the chain may be from those of the layers one by one. Between two layers the chain differs in
/// two ways: the bias is rounded to half a unit of the sums, and the rest of the arithmetic is a few roundings of
/// float32 on at most 255 steps. So a value, in steps of the next input, differs by less than e = 0.5 M + what the
/// codes that came in contribute, and the code itself by at most e + 1, rounded down.
std::vector<double> chain_bound(const std::vector<std::shared_ptr<QuantizedLinear>>& layers) {
  double codes = 0;  // largest difference of a code that enters a layer
  for (std::size_t i = 0;; ++i) {
    const QuantizedLinear& layer = *layers[i];
    const QuantizedWeight w = layer.weight();
    std::vector<double> apart;  // real values of each output
    for (std::int64_t j = 0; j < layer.out_features(); ++j) {
      double sum = 0;
      for (std::int64_t p = 0; p < layer.in_features(); ++p) {
        sum += std::abs(static_cast<double>(w.codes.values[static_cast<std::size_t>(j * layer.in_features() + p)]));
      }
      const double unit = static_cast<double>(layer.input_qparams()->scale) * w.scales[static_cast<std::size_t>(j)];
      apart.push_back(unit * (sum * codes));
    }
    if (i + 1 == layers.size()) return apart;
    double next = 0;
    for (std::size_t j = 0; j < apart.size(); ++j) {
      const double unit = static_cast<double>(layer.input_qparams()->scale) * w.scales[j];
      const double e = (apart[j] + 0.5 * unit) / layers[i + 1]->input_qparams()->scale + 255 * 6 * 6e-8;
      next = std::max(next, std::floor(e + 1));
    }
    codes = next;
  }
}

TEST(IntegerNetwork, StaysWithinTheDerivedBoundOfItsLayersOneByOne) {
  Rng rng(1);
  for (const auto& sizes :
       std::vector<std::vector<std::int64_t>>{{20, 10}, {784, 128, 10}, {33, 65, 17, 5}, {1, 1, 1}}) {
    const Array x = test::normal_array({50, sizes.front()}, rng);
    const auto layers = random_layers(sizes, x, rng);
    IntegerNetwork network(layers);
    const Array chain = network.forward(Tensor(x)).value();
    Tensor y(x);
    for (const auto& layer : layers) y = layer->forward(y);
    const std::vector<double> bound = chain_bound(layers);
    for (std::int64_t i = 0; i < chain.size(); ++i) {
      const double rounding = 1e-5 * (1 + std::abs(y.value().data()[i]));  // of the last scale and bias in float32
      ASSERT_LE(std::abs(chain.data()[i] - y.value().data()[i]),
                bound[static_cast<std::size_t>(i % chain.dim(1))] + rounding);
    }
    EXPECT_GT(sqnr_db(y.value(), chain), 35);  // far better than the bound, which adds up worst cases
  }
}

TEST(IntegerNetwork, OneLayerIsThatLayerToTheBit) {
  Rng rng(2);
  const Array x = test::normal_array({9, 40}, rng);
  const auto layers = random_layers({40, 7}, x, rng);
  IntegerNetwork network(layers);
  EXPECT_TRUE(
      std::ranges::equal(network.forward(Tensor(x)).value().values(), layers[0]->forward(Tensor(x)).value().values()));
}

/// The chain in int64 and double from the layers' public numbers; only the float32 steps that the semantics name are
/// float.
Array reference(const std::vector<std::shared_ptr<QuantizedLinear>>& layers, const Array& x) {
  Array result({x.dim(0), layers.back()->out_features()});
  for (std::int64_t row = 0; row < x.dim(0); ++row) {
    QParams in = *layers[0]->input_qparams();
    std::vector<std::int64_t> codes;
    for (std::int64_t p = 0; p < x.dim(1); ++p) {
      codes.push_back(quantize_value(x.data()[row * x.dim(1) + p], 1 / in.scale, in.zero_point, kKernelCodes));
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const QuantizedLinear& layer = *layers[l];
      const QuantizedWeight w = layer.weight();
      in = *layer.input_qparams();
      const std::vector<std::int32_t> bias = fold_bias(layer.bias(), in.scale, w.scales, layer.in_features());
      std::vector<std::int64_t> next;
      for (std::size_t j = 0; j < w.scales.size(); ++j) {
        std::int64_t sum = 0;
        for (std::size_t p = 0; p < codes.size(); ++p)
          sum += (codes[p] - in.zero_point) * w.codes.values[j * codes.size() + p];
        if (l + 1 == layers.size()) {
          float y = static_cast<float>(sum) * (in.scale * w.scales[j]) + layer.bias().data()[j];
          if (layer.has_relu()) y = std::max(y, 0.0f);
          result.data()[row * result.dim(1) + static_cast<std::int64_t>(j)] = y;
        } else {
          const QParams out = *layers[l + 1]->input_qparams();
          const auto m = static_cast<float>(static_cast<double>(in.scale) * w.scales[j] / out.scale);
          const double steps = std::nearbyint(static_cast<float>(sum + bias[j]) * m);
          const double lowest = layer.has_relu() ? out.zero_point : -127;
          next.push_back(static_cast<std::int64_t>(std::clamp(steps + out.zero_point, lowest, 127.0)));
        }
      }
      codes = next;
    }
  }
  return result;
}

TEST(IntegerNetwork, EqualsAReferenceInInt64ToTheBit) {
  Rng rng(3);
  for (const auto& sizes :
       std::vector<std::vector<std::int64_t>>{{784, 128, 10}, {17, 33, 65, 5}, {1, 3, 2}, {64, 64, 64, 64}}) {
    const Array x = test::normal_array({35, sizes.front()}, rng, 1.5f);
    const auto layers = random_layers(sizes, slice(x, 0, 0, 8), rng);  // later rows clip
    IntegerNetwork network(layers);
    EXPECT_TRUE(std::ranges::equal(network.forward(Tensor(x)).value().values(), reference(layers, x).values()));
  }
}

TEST(IntegerNetwork, ABatchAndItsRowsGiveTheSameBits) {
  Rng rng(4);
  const Array x = test::normal_array({700, 50}, rng);
  IntegerNetwork network(random_layers({50, 40, 30}, x, rng));
  const Array all = network.forward(Tensor(x)).value();
  for (std::int64_t i = 0; i < 700; i += 13) {
    const Array one = network.forward(Tensor(slice(x, 0, i, i + 1))).value();
    EXPECT_TRUE(std::ranges::equal(one.values(), all.values().subspan(static_cast<std::size_t>(i * 30), 30)));
  }
}

TEST(IntegerNetwork, PixelsGiveWhatTheExactInputWould) {
  Rng rng(5);
  const Normalization normalization{0.1307f, 0.3081f};
  std::vector<std::uint8_t> pixels(20 * 784);
  for (auto& p : pixels) p = static_cast<std::uint8_t>(rng.below(3) ? 0 : rng.below(256));
  Array x({20, 784});
  kernels::normalize_pixels(pixels.data(), x.size(), normalization.scale(), normalization.shift(), x.data());
  for (const auto& sizes : std::vector<std::vector<std::int64_t>>{{784, 10}, {784, 128, 10}}) {
    const auto layers = random_layers(sizes, x, rng);
    IntegerNetwork network(layers);
    std::vector<float> logits(20 * 10);
    EXPECT_THROW(network.forward_pixels(pixels.data(), 20, logits.data()), Error);
    network.set_pixel_input(normalization);
    network.forward_pixels(pixels.data(), 20, logits.data());
    // The first layer on the exact input, with its weights as they are now; the others quantized as in the chain.
    Tensor y = linear(Tensor(x), Tensor(dequantize_weight(layers[0]->weight())), Tensor(layers[0]->bias()),
                      layers[0]->has_relu());
    for (std::size_t i = 1; i < layers.size(); ++i) y = layers[i]->forward(y);
    const double bound = layers.size() == 1 ? 0 : chain_bound(layers)[0];  // codes of the second layer differ by one
    for (std::size_t i = 0; i < logits.size(); ++i) {
      EXPECT_NEAR(logits[i], y.value().data()[i], 2 * bound + 1e-3);  // 1e-3: sums of 784 in float32, here up to 30
    }
    EXPECT_GT(sqnr_db(y.value(), Array({20, 10}, logits)), layers.size() == 1 ? 90 : 40);
    EXPECT_GT(sqnr_db(y.value(), Array({20, 10}, logits)),
              sqnr_db(y.value(), network.forward(Tensor(x)).value()) - 0.5);
  }
}

TEST(IntegerNetwork, CountsWhatItsInputClips) {
  Rng rng(6);
  const Array x({1, 3}, {-1, 0, 1});
  const auto layers = random_layers({3, 4, 2}, x, rng);
  IntegerNetwork network(layers);
  network.forward(Tensor({2, 3}, {-2, 0, 2, 1, 1, 9}));
  EXPECT_EQ(layers[0]->clipped(), 3);
  EXPECT_EQ(layers[0]->inputs_seen(), 6);
}

TEST(IntegerNetwork, RefusesWhatIsNoChain) {
  Rng rng(7);
  const Array x = test::normal_array({5, 8}, rng);
  auto layers = random_layers({8, 6, 4}, x, rng);
  EXPECT_THROW(IntegerNetwork({}), Error);
  EXPECT_THROW(IntegerNetwork({nullptr}), Error);
  EXPECT_THROW(IntegerNetwork({layers[1], layers[0]}), Error);  // 6 → 4, then 8 → 6
  layers[1] = std::make_shared<QuantizedLinear>(Linear(6, 4, rng));
  try {
    IntegerNetwork{layers};
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("layer 1, QuantizedLinear(6, 4, scheme=dynamic): its input range is not calibrated"));
  }
}

TEST(IntegerNetwork, RefusesInputsThatHaveNoCodes) {
  Rng rng(8);
  const Array x = test::normal_array({5, 8}, rng);
  IntegerNetwork network(random_layers({8, 6, 4}, x, rng));
  EXPECT_THROW(network.forward(Tensor(Array({5, 7}, 0.0f))), Error);
  Array wrong = x.clone();
  wrong.data()[3 * 8 + 2] = NAN;
  try {
    network.forward(Tensor(wrong));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("index (3, 2)"));
  }
}

TEST(FoldBias, DividesByTheUnitOfTheSumsAndRoundsToEven) {
  const float scales[] = {0.5f, 0.25f, 1.0f};
  EXPECT_THAT(fold_bias(Array({3}, {1, -1, 0.75f}), 0.5f, scales, 10), ElementsAre(4, -8, 2));           // 1.5 → 2
  EXPECT_THAT(fold_bias(Array({3}, {0.125f, 0.1875f, 1.25f}), 0.5f, scales, 10), ElementsAre(0, 2, 2));  // ties
  EXPECT_THAT(fold_bias(Array(), 0.5f, scales, 10), ElementsAre(0, 0, 0));
}

TEST(FoldBias, RefusesABiasThatDoesNotFitBesideTheSums) {
  const float scales[] = {1.0f, 1e-9f};
  try {
    fold_bias(Array({2}, {0, 5}), 1.0f, scales, 784);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("channel 1"));
  }
  const float one[] = {1.0f};
  const std::int64_t terms = 1000;
  const std::int64_t room = std::numeric_limits<std::int32_t>::max() - terms * 255 * 127;
  EXPECT_NO_THROW(
      fold_bias(Array({1}, static_cast<float>(room - 200)), 1.0f, one, terms));  // 128 is a step of float here
  EXPECT_THROW(fold_bias(Array({1}, static_cast<float>(room + 200)), 1.0f, one, terms), Error);
}

}  // namespace
}  // namespace tinytorch
