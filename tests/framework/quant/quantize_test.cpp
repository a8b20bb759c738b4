#include "tinytorch/quant/quantize.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kLargest = std::numeric_limits<float>::max();
constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNaN = std::numeric_limits<float>::quiet_NaN();

/// Errors in steps beyond the half that rounding costs: the inverse of the scale, the product with it, the scale itself
/// and the product on the way back are each rounded to 24 bits, on numbers of at most 255 steps.
constexpr double kFloatSteps = 4 * 255.0 / (1 << 24);

Array round_trip(const Array& a) {
  const QuantizedTensor q = quantize_int8(Tensor(a));
  return dequantize_int8(q.codes, q.scale, q.zero_point).value();
}

TEST(QuantizeInt8, KeepsEveryValueWithinHalfAStep) {
  Rng rng(1);
  for (int i = 0; i < 8000; ++i) {
    const Array a = test::odd_array(i, rng);
    const QuantizedTensor q = quantize_int8(Tensor(a));
    const Array back = dequantize_int8(q.codes, q.scale, q.zero_point).value();
    for (std::int64_t k = 0; k < a.size(); ++k) {
      const double error = std::abs(double{a.data()[k]} - back.data()[k]);
      ASSERT_LE(error, q.scale * (0.5 + kFloatSteps)) << "array " << i << " value " << a.data()[k];
    }
  }
}

TEST(QuantizeInt8, KeepsZeroExactly) {
  Rng rng(2);
  for (int i = 0; i < 4000; ++i) {
    Array a = test::odd_array(i, rng);
    a.data()[rng.below(static_cast<std::uint64_t>(a.size()))] = i % 2 ? 0.0f : -0.0f;
    const Array back = round_trip(a);
    for (std::int64_t k = 0; k < a.size(); ++k) {
      if (a.data()[k] == 0) {
        ASSERT_EQ(back.data()[k], 0.0f);
      }
    }
  }
}

TEST(QuantizeInt8, IsMonotone) {
  Rng rng(3);
  for (int i = 0; i < 4000; ++i) {
    Array a = test::odd_array(i, rng);
    std::ranges::sort(a.values());
    EXPECT_TRUE(std::ranges::is_sorted(quantize_int8(Tensor(a)).codes.values));
  }
}

TEST(QuantizeInt8, GivesTheSameCodesForWhatWasDequantized) {
  Rng rng(4);
  for (int i = 0; i < 4000; ++i) {
    const QuantizedTensor q = quantize_int8(Tensor(test::odd_array(i, rng)));
    const Array back = dequantize_int8(q.codes, q.scale, q.zero_point).value();
    for (std::size_t k = 0; k < q.codes.values.size(); ++k) {
      ASSERT_EQ(quantize_value(back.data()[k], 1 / q.scale, q.zero_point, kInt8Codes), q.codes.values[k]);
    }
  }
}

TEST(QuantizeInt8, GivesTheSameCodesForValuesScaledByAPowerOfTwo) {
  Rng rng(5);
  for (int i = 0; i < 2000; ++i) {
    const Array a = test::normal_array({50}, rng);
    Array scaled = a.clone();
    for (float& v : scaled.values()) v = std::ldexp(v, i % 61 - 30);
    EXPECT_EQ(quantize_int8(Tensor(a)).codes.values, quantize_int8(Tensor(scaled)).codes.values);
  }
}

TEST(QuantizeInt8, UsesAllCodesOfItsRange) {
  Array a({256});
  std::iota(a.values().begin(), a.values().end(), -100.0f);
  const QuantizedTensor q = quantize_int8(Tensor(a));
  EXPECT_EQ(q.scale, 1);
  EXPECT_EQ(q.zero_point, -28);
  EXPECT_EQ(q.codes.values.front(), -128);
  EXPECT_EQ(q.codes.values.back(), 127);
}

TEST(QuantizeInt8, AConstantTensorIsExact) {
  for (const float c : {0.0f, -0.0f, 1.0f, -0.3f, 1e-30f, -7e30f, kLargest, -kLargest}) {
    for (const std::int64_t size : {1, 7}) {
      const Array back = round_trip(Array({size}, c));
      for (const float v : back.values()) EXPECT_EQ(v, c);
    }
  }
}

TEST(QuantizeInt8, ValuesTooSmallForAScaleBecomeZero) {
  const QuantizedTensor q = quantize_int8(Tensor(Array({2}, {1e-45f, 1e-40f})));
  EXPECT_EQ(q.scale, 1);
  EXPECT_THAT(q.codes.values, ElementsAre(0, 0));
}

TEST(QuantizeInt8, TheLargestFloatsStayFinite) {
  for (const Array& a : {Array({3}, {-kLargest, 0, kLargest}), Array({2}, {0, kLargest}), Array({2}, {-kLargest, 1})}) {
    const QuantizedTensor q = quantize_int8(Tensor(a));
    const Array back = dequantize_int8(q.codes, q.scale, q.zero_point).value();
    for (std::int64_t k = 0; k < a.size(); ++k) {
      EXPECT_TRUE(std::isfinite(back.data()[k]));
      EXPECT_LE(std::abs(double{a.data()[k]} - back.data()[k]), q.scale * (0.5 + kFloatSteps));
    }
  }
}

TEST(QuantizeInt8, OneOutlierCostsTheOthersTheirDigits) {
  Array a({1001}, 1.0f);
  a.data()[1000] = 1e4f;
  const Array back = round_trip(a);
  EXPECT_EQ(back.data()[0], 0);  // a step is 39
  EXPECT_NEAR(back.data()[1000], 1e4f, 1e4f / 255 / 2);
}

TEST(QuantizeInt8, KeepsTheShape) {
  const QuantizedTensor q = quantize_int8(Tensor({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(q.codes.shape, (Shape{2, 1, 3}));
  EXPECT_EQ(dequantize_int8(q.codes, q.scale, q.zero_point).shape(), (Shape{2, 1, 3}));
}

TEST(QuantizeInt8, RefusesWhatHasNoRange) {
  EXPECT_THROW(quantize_int8(Tensor(Array({0, 3}))), Error);
  EXPECT_THROW(quantize_int8(Tensor()), Error);
  for (const float bad : {kNaN, kInfinity, -kInfinity}) {
    try {
      quantize_int8(Tensor(Array({2, 3}, {1, 2, bad, 4, 5, bad})));
      FAIL() << bad;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("2 of 6 values are NaN or Inf, the first at index (0, 2)"));
    }
  }
}

TEST(DequantizeInt8, GivesTheWorkedExample) { EXPECT_FLOAT_EQ(dequantize_int8({{1}, {50}}, 0.02f, -25).item(), 1.5f); }

TEST(DequantizeInt8, RefusesScalesAndShapesThatCannotBe) {
  for (const float scale : {0.0f, -1.0f, kNaN, kInfinity}) EXPECT_THROW(dequantize_int8({{1}, {1}}, scale, 0), Error);
  EXPECT_THROW(dequantize_int8({{3}, {1, 2}}, 1, 0), Error);
}

TEST(QuantizeWeight, GivesTheWorkedExample) {
  const QuantizedWeight q = quantize_weight(Array({1, 5}, {-0.42f, -0.11f, 0, 0.23f, 0.51f}));
  EXPECT_THAT(q.codes.values, ElementsAre(-105, -27, 0, 57, 127));
  const Array back = dequantize_weight(q);
  const float original[] = {-0.42f, -0.11f, 0, 0.23f, 0.51f};
  float worst = 0;
  for (int i = 0; i < 5; ++i) worst = std::max(worst, std::abs(back.data()[i] - original[i]));
  EXPECT_LE(worst, 0.0018f);
  EXPECT_NEAR(worst, 105 * 0.51 / 127 - 0.42, 1e-7);  // of -0.42; the tolerance is a rounding of float32 at 0.42
}

TEST(QuantizeWeight, PerTensorUsesOneScale) {
  const Array weight({2, 2}, {1, -1, 0.1f, 0.05f});
  const QuantizedWeight q = quantize_weight(weight, false);
  EXPECT_THAT(q.scales, ElementsAre(static_cast<float>(1.0 / 127), static_cast<float>(1.0 / 127)));
  EXPECT_THAT(q.codes.values, ElementsAre(127, -127, 13, 6));
  EXPECT_THAT(quantize_weight(weight, true).codes.values, ElementsAre(127, -127, 127, 64));
}

TEST(QuantizeWeight, NeverUsesTheCodeThatHasNoOpposite) {
  Rng rng(6);
  for (int i = 0; i < 200; ++i) {
    const QuantizedWeight q = quantize_weight(test::normal_array({4, 33}, rng), i % 2 == 0);
    EXPECT_GE(*std::ranges::min_element(q.codes.values), -127);
  }
}

TEST(QuantizeWeight, TheLargestFloatsStayFinite) {
  const Array back = dequantize_weight(quantize_weight(Array({1, 2}, {kLargest, -1.0f})));
  EXPECT_TRUE(std::isfinite(back.data()[0]));
  EXPECT_NEAR(back.data()[0] / kLargest, 1.0f, 1e-6f);  // a rounding of the scale, one of the product
}

TEST(Sqnr, MatchesItsFormula) {
  EXPECT_DOUBLE_EQ(sqnr_db(Array({2}, {3, 4}), Array({2}, {3, 3.5f})), 10 * std::log10(25 / 0.25));
  EXPECT_EQ(sqnr_db(Array({2}, {3, 4}), Array({2}, {3, 4})), std::numeric_limits<double>::infinity());
  EXPECT_THROW(sqnr_db(Array({2}, {3, 4}), Array({1}, {3})), Error);
}

TEST(Sqnr, FallsBySixDecibelsForEachBitLess) {
  Rng rng(7);
  Array a({100000});
  for (float& v : a.values()) v = rng.uniform(-1, 1);
  double before = sqnr_db(a, fake_quantize(a, 8, Granularity::tensor));
  EXPECT_NEAR(before, 20 * std::log10(254.0), 0.1);  // uniform values: signal 1/3, noise S²/12, S = 2/254
  for (int bits = 7; bits >= 4; --bits) {
    const double now = sqnr_db(a, fake_quantize(a, bits, Granularity::tensor));
    const double steps = 20 * std::log10((std::pow(2.0, bits + 1) - 2) / (std::pow(2.0, bits) - 2));
    EXPECT_NEAR(before - now, steps, 0.2);
    before = now;
  }
}

}  // namespace
}  // namespace tinytorch
