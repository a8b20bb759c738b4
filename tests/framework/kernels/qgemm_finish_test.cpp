#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "tinytorch/base/rng.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

namespace tinytorch::kernels {
namespace {

/// value / 2^shift, rounded to the nearest integer, ties to even.
std::int64_t shift_to_even(std::int64_t value, int shift) {
  if (shift <= 0) return value << -shift;
  if (shift > 62) return 0;
  const std::int64_t floor = value >> shift, rest = value - (floor << shift), half = std::int64_t{1} << (shift - 1);
  return floor + (rest > half || (rest == half && (floor & 1)) ? 1 : 0);
}

/// A float as mantissa · 2^exponent, both integers.
struct Parts {
  std::int64_t mantissa;
  int exponent;
};
Parts parts(float x) {
  int exponent = 0;
  const float fraction = std::frexp(x, &exponent);
  return {static_cast<std::int64_t>(std::ldexp(fraction, 24)), exponent - 24};
}

/// An integer to 24 significant bits, as float32 keeps them.
Parts to_24_bits(Parts x) {
  const std::int64_t size = x.mantissa < 0 ? -x.mantissa : x.mantissa;
  int extra = 0;
  while ((size >> extra) >= (1 << 24)) ++extra;
  return {shift_to_even(x.mantissa, extra), x.exponent + extra};
}

/// requantize in integers alone: sum to 24 bits, times the multiplier's 24, to 24 bits again, to a whole number.
/// For results whose size stays far below 2^62.
std::int64_t requantize_in_integers(std::int32_t sum, float multiplier, std::int32_t zero_point, std::int32_t lowest) {
  const Parts s = to_24_bits({sum, 0}), m = parts(multiplier);
  const Parts product = to_24_bits({s.mantissa * m.mantissa, s.exponent + m.exponent});
  const std::int64_t code = shift_to_even(product.mantissa, -product.exponent) + zero_point;
  return code < lowest ? lowest : code > 127 ? 127 : code;
}

TEST(Requantize, EverySumOfAnIntervalRoundsAsIntegersSay) {
  for (float multiplier : {0.5F, 0.25F, 0.125F, 0.001953125F, 0.0123F, 0.0009765624F, 1.0F}) {
    for (std::int32_t zero_point : {-127, -3, 0, 64, 127}) {
      for (std::int32_t sum = -40000; sum <= 40000; ++sum) {
        ASSERT_EQ(requantize(sum, multiplier, zero_point, -127),
                  requantize_in_integers(sum, multiplier, zero_point, -127))
            << sum << " * " << multiplier << " + " << zero_point;
      }
    }
  }
}

TEST(Requantize, LargeSumsRoundTwiceAsFloatsDo) {
  Rng rng(1);
  for (int round = 0; round < 300000; ++round) {
    const auto sum = static_cast<std::int32_t>(rng.next());
    // Results around the codes: where a rounding, or the order of two, would show.
    const float multiplier = rng.uniform(0.1F, 300) / std::fabs(static_cast<float>(sum));
    const std::int32_t zero_point = static_cast<std::int32_t>(rng.below(255)) - 127;
    ASSERT_EQ(requantize(sum, multiplier, zero_point, -127), requantize_in_integers(sum, multiplier, zero_point, -127))
        << sum << " * " << multiplier << " + " << zero_point;
  }
}

TEST(Requantize, WhatNoIntegerHoldsIsClampedFirst) {
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max(), kLeast = -kMost - 1;
  for (float multiplier : {10.0F, 1e20F, std::numeric_limits<float>::max()}) {
    for (std::int32_t zero_point : {-127, 0, 127}) {
      EXPECT_EQ(requantize(kMost, multiplier, zero_point, -127), 127);
      EXPECT_EQ(requantize(kLeast, multiplier, zero_point, -127), -127);
      EXPECT_EQ(requantize(kLeast, multiplier, zero_point, zero_point), zero_point);
    }
  }
  EXPECT_EQ(requantize(kMost, std::numeric_limits<float>::denorm_min(), 5, -127), 5);
}

TEST(FusedRelu, IsRequantizeWithTheZeroPointAsFloor) {
  Rng rng(2);
  std::int32_t sums[200], offset[200];
  float multiplier[200];
  for (int j = 0; j < 200; ++j) {
    sums[j] = static_cast<std::int32_t>(rng.below(20001)) - 10000;
    offset[j] = static_cast<std::int32_t>(rng.below(2001)) - 1000;
    multiplier[j] = rng.uniform(0, 0.03F);
  }
  for (std::int32_t zero_point : {-127, -20, 0, 127}) {
    for (bool relu : {false, true}) {
      std::uint8_t codes[201] = {};
      fused_relu(200, sums, offset, multiplier, zero_point, relu, codes);
      for (int j = 0; j < 200; ++j) {
        const std::int64_t code = requantize_in_integers(sums[j] + offset[j], multiplier[j], zero_point, -127);
        EXPECT_EQ(codes[j], (relu && code < zero_point ? zero_point : code) + 128);
      }
      EXPECT_EQ(codes[200], 0);
    }
  }
  std::uint8_t code = 0;
  fused_relu(1, sums, nullptr, multiplier, 3, false, &code);
  EXPECT_EQ(code, requantize_in_integers(sums[0], multiplier[0], 3, -127) + 128);
}

}  // namespace
}  // namespace tinytorch::kernels
