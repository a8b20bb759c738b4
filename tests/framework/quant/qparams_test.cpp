#include "tinytorch/quant/qparams.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

constexpr float kLargest = std::numeric_limits<float>::max(), kSmallest = std::numeric_limits<float>::min();
constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNaN = std::numeric_limits<float>::quiet_NaN();

QParams asymmetric(float low, float high) { return choose_qparams(low, high, Symmetry::asymmetric, kInt8Codes); }
QParams symmetric(float low, float high) { return choose_qparams(low, high, Symmetry::symmetric, kKernelCodes); }

TEST(ChooseQParams, GivesTheWorkedExamples) {
  EXPECT_EQ(asymmetric(-0.5f, 0.5f).scale, static_cast<float>(1.0 / 255));
  EXPECT_EQ(asymmetric(-1, 3).scale, static_cast<float>(4.0 / 255));
  EXPECT_EQ(asymmetric(-1, 3).zero_point, -64);
  EXPECT_EQ(symmetric(-0.42f, 0.51f).scale, static_cast<float>(double{0.51f} / 127));
  EXPECT_EQ(symmetric(-0.42f, 0.51f).zero_point, 0);
}

TEST(ChooseQParams, HalfZeroPointsGoToEven) {
  EXPECT_EQ(asymmetric(-127.5f, 127.5f).zero_point, 0);   // -128 + 127.5 = -0.5
  EXPECT_EQ(asymmetric(-126.5f, 128.5f).zero_point, -2);  // -1.5
  EXPECT_EQ(asymmetric(-128.5f, 126.5f).zero_point, 0);   // 0.5
}

TEST(ChooseQParams, WidensTheRangeUntilItHoldsZero) {
  EXPECT_EQ(asymmetric(5, 7).scale, static_cast<float>(7.0 / 255));
  EXPECT_EQ(asymmetric(5, 7).zero_point, -128);
  EXPECT_EQ(asymmetric(-7, -5).scale, static_cast<float>(7.0 / 255));
  EXPECT_EQ(asymmetric(-7, -5).zero_point, 127);
}

TEST(ChooseQParams, OneNumberIsAStepOfItself) {
  for (const float c : {3.0f, -3.0f, 0.1f, kLargest, -kLargest, kSmallest}) {
    EXPECT_EQ(asymmetric(c, c).scale, std::abs(c));
    EXPECT_EQ(symmetric(c, c).scale, std::abs(c));
    EXPECT_EQ(asymmetric(c, c).zero_point, 0);
  }
}

TEST(ChooseQParams, ARangeTooSmallForANormalScaleHasScaleOne) {
  for (const float tiny : {0.0f, -0.0f, 1e-45f, kSmallest / 2, kSmallest * 100}) {
    EXPECT_EQ(asymmetric(-tiny, tiny * 1.5f).scale, 1) << tiny;
    EXPECT_EQ(asymmetric(-tiny, tiny * 1.5f).zero_point, 0) << tiny;
    EXPECT_EQ(symmetric(-tiny, tiny).scale, 1) << tiny;
  }
  EXPECT_LT(asymmetric(0, kSmallest * 256).scale, 2 * kSmallest);  // just large enough
}

TEST(ChooseQParams, TheLargestFloatsDoNotOverflow) {
  const QParams q = asymmetric(-kLargest, kLargest);
  EXPECT_TRUE(std::isfinite(q.scale));
  EXPECT_GT(1 / q.scale, 0);
  EXPECT_EQ(q.zero_point, 0);
}

TEST(ChooseQParams, RefusesWhatIsNoRange) {
  for (const auto& [low, high] :
       {std::pair{1.0f, 0.0f}, {kNaN, 1.0f}, {0.0f, kNaN}, {-kInfinity, 0.0f}, {0.0f, kInfinity}}) {
    EXPECT_THROW(asymmetric(low, high), Error) << low << " " << high;
  }
}

TEST(ChooseQParams, ZeroHasACodeInEveryRange) {
  Rng rng(1);
  for (int i = 0; i < 20000; ++i) {
    const float a = rng.normal() * 10, b = rng.normal() * 10;
    const QParams q = asymmetric(std::min(a, b), std::max(a, b));
    EXPECT_GE(q.zero_point, -128);
    EXPECT_LE(q.zero_point, 127);
    EXPECT_EQ(quantize_value(0.0f, 1 / q.scale, q.zero_point, kInt8Codes), q.zero_point);
    EXPECT_EQ(dequantize_value(q.zero_point, q.scale, q.zero_point), 0.0f);
  }
}

TEST(ChooseQParams, AScaledRangeHasAScaledStep) {
  Rng rng(2);
  for (int i = 0; i < 5000; ++i) {
    const float a = rng.normal(), b = rng.normal(), low = std::min(a, b), high = std::max(a, b);
    const QParams one = asymmetric(low, high);
    for (const int power : {-40, -1, 1, 50}) {  // a power of two changes no mantissa
      const QParams other = asymmetric(std::ldexp(low, power), std::ldexp(high, power));
      EXPECT_EQ(other.scale, std::ldexp(one.scale, power));
      EXPECT_EQ(other.zero_point, one.zero_point);
    }
  }
}

TEST(ChooseQParamsPerChannel, TakesEachRowByItself) {
  const auto rows = choose_qparams_per_channel(Array({3, 2}, {1, -2, 0, 0, 5, 5}));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].scale, static_cast<float>(2.0 / 127));
  EXPECT_EQ(rows[1].scale, 1);
  EXPECT_EQ(rows[2].scale, 5);
}

TEST(ChooseQParamsPerChannel, NamesTheIndexOfANaN) {
  try {
    choose_qparams_per_channel(Array({2, 3}, {1, 2, 3, 4, kNaN, kInfinity}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("2 of 6 values are NaN or Inf, the first at index (1, 1)"));
  }
}

TEST(QuantizeValue, RoundsTiesToEvenAndClampsBeforeTheCast) {
  const auto q = [](float r) { return quantize_value(r, 1.0f, 0, kInt8Codes); };
  EXPECT_EQ(q(0.5f), 0);
  EXPECT_EQ(q(1.5f), 2);
  EXPECT_EQ(q(-0.5f), 0);
  EXPECT_EQ(q(-1.5f), -2);
  EXPECT_EQ(q(-2.5f), -2);
  EXPECT_EQ(q(126.5f), 126);
  EXPECT_EQ(q(127.5f), 127);
  EXPECT_EQ(q(3e9f), 127);  // as int32 it would wrap
  EXPECT_EQ(q(-kLargest), -128);
  EXPECT_EQ(q(kInfinity), 127);
  EXPECT_EQ(quantize_value(-3e9f, 1.0f, 5, kKernelCodes), -127);
}

TEST(QuantizeValue, EveryHalfStepGoesToTheEvenCode) {
  for (int code = -128; code < 127; ++code) {
    const float half = static_cast<float>(code) + 0.5f;
    const int even = code % 2 == 0 ? code : code + 1;
    EXPECT_EQ(quantize_value(half, 1.0f, 0, kInt8Codes), even);
    EXPECT_EQ(quantize_value(std::nextafter(half, 1e9f), 1.0f, 0, kInt8Codes), code + 1);
    EXPECT_EQ(quantize_value(std::nextafter(half, -1e9f), 1.0f, 0, kInt8Codes), code);
  }
}

TEST(CodeRanges, AreThoseOfTheirBits) {
  EXPECT_EQ(signed_codes(8).lowest, -128);
  EXPECT_EQ(symmetric_codes(8).lowest, -127);
  EXPECT_EQ(signed_codes(2).highest, 1);
  EXPECT_EQ(symmetric_codes(4).highest, 7);
  EXPECT_THROW(signed_codes(1), Error);
  EXPECT_THROW(symmetric_codes(9), Error);
}

}  // namespace
}  // namespace tinytorch
