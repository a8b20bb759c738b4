#include "tinytorch/quant/quantized_linear.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"
#include "tinytorch/kernels/quantize_rows/quantize_rows.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using testing::HasSubstr;

constexpr QuantScheme kSchemes[] = {QuantScheme::weight_only, QuantScheme::dynamic, QuantScheme::static_};

Linear random_linear(std::int64_t in, std::int64_t out, Rng& rng, bool bias = true) {
  return Linear(Tensor(test::normal_array({out, in}, rng)), bias ? Tensor(test::normal_array({out}, rng)) : Tensor());
}

QuantizedLinear make(const Linear& linear, QuantScheme scheme, const Array& samples, bool relu = false) {
  QuantizedLinear q(linear, {.scheme = scheme}, relu);
  if (scheme == QuantScheme::static_) q.calibrate(Tensor(samples));
  return q;
}

bool same_bits(const Array& a, const Array& b) {
  return a.shape() == b.shape() && std::ranges::equal(a.values(), b.values());
}

Array row_of(const Array& x, std::int64_t i) { return slice(x, 0, i, i + 1); }

/// The definition, in int64 and double, from the codes of one row with the given parameters.
double reference(const QuantizedLinear& q, const float* x, QParams input, std::int64_t j) {
  const QuantizedWeight w = q.weight();
  std::int64_t sum = 0;
  for (std::int64_t p = 0; p < q.in_features(); ++p) {
    const std::int64_t code = quantize_value(x[p], 1 / input.scale, input.zero_point, kKernelCodes);
    sum += (code - input.zero_point) * w.codes.values[static_cast<std::size_t>(j * q.in_features() + p)];
  }
  const double y = static_cast<double>(sum) * input.scale * q.scales()[static_cast<std::size_t>(j)] +
                   (q.bias().defined() ? q.bias().data()[j] : 0.0f);
  return q.has_relu() ? std::max(y, 0.0) : y;
}

TEST(QuantizedLinear, MatchesItsDefinitionInIntegers) {
  Rng rng(1);
  for (const std::int64_t in : {1, 3, 16, 65, 784}) {
    for (const std::int64_t out : {1, 10, 33}) {
      for (const bool relu : {false, true}) {
        const Array x = test::normal_array({5, in}, rng);
        for (const QuantScheme scheme : {QuantScheme::dynamic, QuantScheme::static_}) {
          QuantizedLinear q = make(random_linear(in, out, rng, in != 3), scheme, x, relu);
          const Array y = q.forward(Tensor(x)).value();
          for (std::int64_t i = 0; i < 5; ++i) {
            const float* row = x.data() + i * in;
            const auto [low, high] = std::minmax_element(row, row + in);
            const QParams input = q.input_qparams() ? *q.input_qparams()
                                                    : choose_qparams(*low, *high, Symmetry::asymmetric, kKernelCodes);
            for (std::int64_t j = 0; j < out; ++j) {
              const double expected = reference(q, row, input, j);
              // The sum, the scale and the two steps after them are rounded to float32 once each; sums of up to
              // 784 products of N(0, 1) stay below 200.
              EXPECT_NEAR(y.data()[i * out + j], expected, 200 * 4 * 6e-8) << in << " " << out;
            }
          }
        }
      }
    }
  }
}

TEST(QuantizedLinear, WeightOnlyEqualsALinearWithTheDequantizedWeights) {
  Rng rng(2);
  for (const std::int64_t out : {1, 15, 16, 40}) {
    const Array x = test::normal_array({7, 50}, rng);
    QuantizedLinear q = make(random_linear(50, out, rng), QuantScheme::weight_only, x, true);
    const Tensor y = linear(Tensor(x), Tensor(dequantize_weight(q.weight())), Tensor(q.bias()), true);
    const Array z = q.forward(Tensor(x)).value();
    for (std::int64_t i = 0; i < z.size(); ++i) EXPECT_NEAR(z.data()[i], y.value().data()[i], 1e-4);  // order of sums
  }
}

TEST(QuantizedLinear, ABatchAndItsRowsGiveTheSameBits) {
  Rng rng(3);
  for (const QuantScheme scheme : kSchemes) {
    const Array x = test::normal_array({67, 100}, rng);
    QuantizedLinear q = make(random_linear(100, 35, rng), scheme, x);
    const Array y = q.forward(Tensor(x)).value();
    for (std::int64_t i = 0; i < 67; ++i) {
      EXPECT_TRUE(same_bits(row_of(y, i), q.forward(Tensor(row_of(x, i))).value())) << to_string(scheme) << " " << i;
    }
  }
}

TEST(QuantizedLinear, PermutingTheBatchPermutesTheResult) {
  Rng rng(4);
  for (const QuantScheme scheme : kSchemes) {
    const Array x = test::normal_array({40, 30}, rng);
    QuantizedLinear q = make(random_linear(30, 20, rng), scheme, x);
    std::vector<std::int64_t> order(40);
    std::iota(order.begin(), order.end(), 0);
    rng.shuffle(order);
    Array shuffled({40, 30});
    for (std::int64_t i = 0; i < 40; ++i)
      std::copy_n(x.data() + order[static_cast<std::size_t>(i)] * 30, 30, shuffled.data() + i * 30);
    const Array y = q.forward(Tensor(x)).value(), z = q.forward(Tensor(shuffled)).value();
    for (std::int64_t i = 0; i < 40; ++i)
      EXPECT_TRUE(same_bits(row_of(z, i), row_of(y, order[static_cast<std::size_t>(i)])));
  }
}

TEST(QuantizedLinear, BlocksOfALargeBatchDoNotShow) {
  Rng rng(5);
  const Array x = test::normal_array({3000, 300}, rng);  // more than is handled at once
  for (const QuantScheme scheme : kSchemes) {
    QuantizedLinear q = make(random_linear(300, 4, rng), scheme, x);
    const Array y = q.forward(Tensor(x)).value();
    for (const std::int64_t i : {0, 1700, 2999}) {
      EXPECT_TRUE(same_bits(row_of(y, i), q.forward(Tensor(row_of(x, i))).value()));
    }
  }
}

TEST(QuantizedLinear, CalibrateChangesWhatForwardReturns) {
  Rng rng(6);
  const Array x = test::normal_array({20, 64}, rng);
  QuantizedLinear q(random_linear(64, 8, rng));
  EXPECT_EQ(q.scheme(), QuantScheme::dynamic);
  const Array dynamic = q.forward(Tensor(x)).value();
  q.calibrate(Tensor(x));
  EXPECT_EQ(q.scheme(), QuantScheme::static_);
  const Array fixed = q.forward(Tensor(x)).value();
  EXPECT_FALSE(same_bits(dynamic, fixed));
  q.calibrate(Tensor(scale(x, 3)));  // a wider range, coarser steps
  EXPECT_FALSE(same_bits(fixed, q.forward(Tensor(x)).value()));
}

TEST(QuantizedLinear, CountsWhatItClips) {
  Rng rng(7);
  QuantizedLinear q(random_linear(4, 2, rng));
  q.calibrate(Tensor({2, 4}, {0, 1, 2, 3, 4, 5, 6, 6}));
  EXPECT_EQ(q.clipped(), 0);
  q.forward(Tensor({2, 4}, {0, 6, 7, 20, -1, 3, 6, 2}));
  EXPECT_EQ(q.clipped(), 3);
  EXPECT_EQ(q.inputs_seen(), 8);
}

TEST(QuantizedLinear, CalibratesToTheRangeOfItsSamples) {
  Rng rng(8);
  QuantizedLinear q(random_linear(2, 2, rng));
  q.calibrate(Tensor({2, 2}, {0, 1, 4, 6}));  // as behind a ReLU: the lowest code is 0.0
  EXPECT_EQ(q.input_qparams()->scale, static_cast<float>(6.0 / 254));
  EXPECT_EQ(q.input_qparams()->zero_point, -127);
}

TEST(QuantizedLinear, WeighsWhatItsCodesDo) {
  Rng rng(9);
  const QuantizedLinear q(Linear(784, 128, rng));
  const MemoryUsage use = q.memory_usage();
  EXPECT_EQ(use.weights, 784 * 128);
  EXPECT_EQ(use.scales, 4 * 128);
  EXPECT_EQ(use.bias, 4 * 128);
  EXPECT_EQ(use.sums, 4 * 128);
  EXPECT_LE(use.padding, 784 * 128 / 8);  // 784 up to a multiple of 64
  ASSERT_EQ(q.named_parameters().size(), 1u);
  EXPECT_EQ(q.named_parameters()[0].name, "bias");
}

TEST(QuantizedLinear, TheBiasIsItsOwn) {
  Rng rng(10);
  Linear linear(3, 2, rng);
  QuantizedLinear q(linear);
  const Tensor x({1, 3}, {1, 2, 3});
  const Array before = q.forward(x).value();
  linear.bias().node()->value.data()[0] = 100;
  EXPECT_TRUE(same_bits(q.forward(x).value(), before));
}

TEST(QuantizedLinear, WeightsComeBackAsTheyWereQuantized) {
  Rng rng(11);
  for (const bool per_channel : {true, false}) {
    for (const QuantScheme scheme : kSchemes) {
      const Linear linear = random_linear(33, 17, rng);
      const QuantizedWeight expected = quantize_weight(linear.weight().value(), per_channel);
      const QuantizedWeight weight = QuantizedLinear(linear, {.scheme = scheme, .per_channel = per_channel}).weight();
      EXPECT_EQ(weight.codes.values, expected.codes.values);
      EXPECT_EQ(weight.scales, expected.scales);
    }
  }
}

TEST(QuantizedLinear, NamesTheIndexOfANaN) {
  Rng rng(12);
  Array x = test::normal_array({4, 8}, rng);
  for (const QuantScheme scheme : {QuantScheme::dynamic, QuantScheme::static_}) {
    QuantizedLinear q = make(random_linear(8, 2, rng), scheme, x);
    for (const float bad : {NAN, INFINITY, -INFINITY}) {
      Array wrong = x.clone();
      wrong.data()[2 * 8 + 5] = bad;
      try {
        q.forward(Tensor(wrong));
        FAIL();
      } catch (const Error& error) {
        EXPECT_THAT(error.what(),
                    HasSubstr("[QuantizedLinear] x: 1 of 32 values are NaN or Inf, the first at index (2, 5)"));
      }
    }
  }
  Array weight = test::normal_array({3, 4}, rng);
  weight.data()[7] = NAN;
  try {
    QuantizedLinear{Linear(Tensor(weight), Tensor())};
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("(1, 3)"));
  }
}

TEST(QuantizedLinear, TakesAnEmptyBatch) {
  Rng rng(13);
  for (const QuantScheme scheme : kSchemes) {
    QuantizedLinear q = make(random_linear(8, 2, rng), scheme, test::normal_array({2, 8}, rng));
    EXPECT_EQ(q.forward(Tensor(Array({0, 8}))).shape(), (Shape{0, 2}));
  }
}

TEST(QuantizedLinear, RefusesInputsOfAnotherWidth) {
  Rng rng(14);
  QuantizedLinear q(Linear(8, 2, rng));
  EXPECT_THROW(q.forward(Tensor(Array({2, 9}, 0.0f))), Error);
  EXPECT_THROW(q.forward(Tensor(Array({8}, 0.0f))), Error);
  EXPECT_THROW(q.calibrate(Tensor(Array({2, 7}, 0.0f))), Error);
  EXPECT_THROW(q.calibrate(Tensor(Array({0, 8}))), Error);
  EXPECT_THROW(q.calibrate(Tensor(Array({1, 8}, NAN))), Error);
  EXPECT_EQ(q.scheme(), QuantScheme::dynamic);
}

TEST(QuantizedLinear, AWeightOnlyLayerHasNothingToCalibrate) {
  Rng rng(15);
  QuantizedLinear q(Linear(8, 2, rng), {.scheme = QuantScheme::weight_only});
  EXPECT_THROW(q.calibrate(Tensor(Array({2, 8}, 1.0f))), Error);
}

TEST(QuantizedLinear, RefusesMoreProductsThanASumHolds) {
  Rng rng(16);
  EXPECT_THROW(QuantizedLinear(Linear(kernels::kMostTerms + 1, 1, rng)), Error);
  EXPECT_NO_THROW(QuantizedLinear(Linear(kernels::kMostTerms, 1, rng)));
}

TEST(QuantizedLinear, TheLongestSumsAreExact) {
  const std::int64_t k = kernels::kMostTerms;
  Array weight({1, k}, 1.0f);
  weight.data()[0] = 127;  // so that the scale is 1
  for (std::int64_t i = 1; i < k; ++i) weight.data()[i] = 126;
  QuantizedLinear q{Linear(Tensor(weight), Tensor())};
  q.set_input_qparams({1, -127});
  const Array y = q.forward(Tensor(Array({1, k}, 254.0f))).value();
  EXPECT_EQ(y.item(), static_cast<float>(254 * (127 + 126 * (k - 1))));  // 2.12e9: float would have lost count at 2^24
}

TEST(QuantizedLinear, RefusesPartsThatDoNotFit) {
  const QuantizedWeight good{{{2, 3}, {1, 2, 3, 4, 5, 6}}, {1, 1}};
  const auto make_from = [](QuantizedWeight w, Array bias, std::optional<QParams> input) {
    return QuantizedLinear(w, bias, {}, false, input);
  };
  EXPECT_NO_THROW(make_from(good, Array({2}, 0.0f), QParams{1, 127}));
  EXPECT_THROW(make_from(good, Array({3}, 0.0f), {}), Error);
  EXPECT_THROW(make_from(good, Array({2}, NAN), {}), Error);
  EXPECT_THROW(make_from(good, {}, QParams{0, 0}), Error);
  EXPECT_THROW(make_from(good, {}, QParams{NAN, 0}), Error);
  EXPECT_THROW(make_from(good, {}, QParams{1, -128}), Error);
  QuantizedWeight bad = good;
  bad.codes.values[3] = -128;
  EXPECT_THROW(make_from(bad, {}, {}), Error);
  bad = good;
  bad.scales = {1};
  EXPECT_THROW(make_from(bad, {}, {}), Error);
  bad.scales = {1, -1};
  EXPECT_THROW(make_from(bad, {}, {}), Error);
  bad = good;
  bad.codes.shape = {2, 4};
  EXPECT_THROW(make_from(bad, {}, {}), Error);
  bad = {{{0, 3}, {}}, {}};
  EXPECT_THROW(make_from(bad, {}, {}), Error);
}

TEST(QuantizedLinear, DescribesItself) {
  Rng rng(17);
  QuantizedLinear q(Linear(784, 128, rng), {.scheme = QuantScheme::static_}, true);
  EXPECT_EQ(q.describe(), "QuantizedLinear(784, 128, scheme=dynamic, relu=true)");  // until it is calibrated
  q.set_input_qparams({1, 0});
  EXPECT_EQ(q.describe(), "QuantizedLinear(784, 128, scheme=static, relu=true)");
  EXPECT_EQ(QuantizedLinear(Linear(3, 2, rng, false)).describe(), "QuantizedLinear(3, 2, scheme=dynamic, bias=false)");
}

TEST(ActivationQParams, AreThoseOfChooseQParams) {
  Rng rng(18);
  const auto check = [](float low, float high) {
    float scale = 0;
    std::int32_t zero = 0;
    kernels::activation_qparams(low, high, &scale, &zero);
    const QParams expected = choose_qparams(low, high, Symmetry::asymmetric, kKernelCodes);
    EXPECT_EQ(scale, expected.scale) << low << " " << high;
    EXPECT_EQ(zero, expected.zero_point + 128) << low << " " << high;
  };
  for (int i = 0; i < 100000; ++i) {
    const float magnitude = std::ldexp(1.0f, static_cast<int>(rng.below(250)) - 125);
    const float a = rng.normal() * magnitude, b = i % 5 == 0 ? a : i % 5 == 1 ? 0.0f : rng.normal() * magnitude;
    check(std::min(a, b), std::max(a, b));
  }
  constexpr float kMost = std::numeric_limits<float>::max();
  check(-kMost, kMost);
  check(0, kMost);
  check(kMost, kMost);
  check(1e-45f, 1e-45f);
  check(-127, 127);
}

}  // namespace
}  // namespace tinytorch
