#include "tinytorch/quant/fixed_point.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/base/rng.h"

namespace tinytorch {
namespace {

__extension__ using Int128 = __int128;

/// rne(sum · mantissa / 2^(31 + shift)) by division of 128-bit numbers.
std::int32_t oracle(std::int32_t sum, FixedPointMultiplier m) {
  const Int128 product = Int128{sum} * m.mantissa, divisor = Int128{1} << (31 + m.shift);
  Int128 quotient = product / divisor, rest = product % divisor;
  if (rest < 0) rest += divisor, --quotient;  // towards minus infinity
  if (2 * rest > divisor || (2 * rest == divisor && quotient % 2 != 0)) ++quotient;
  return static_cast<std::int32_t>(
      std::clamp<Int128>(quotient, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

TEST(FixedPoint, MatchesTheOracleOnRandomSumsAndMultipliers) {
  Rng rng(1);
  for (int i = 0; i < 1000000; ++i) {
    const FixedPointMultiplier m{static_cast<std::int32_t>((1u << 30) + rng.below(1u << 30)),
                                 static_cast<int>(rng.below(94)) - 31};
    const auto sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(rng.next() >> (rng.below(32) + 32)));
    ASSERT_EQ(multiply_fixed_point(sum, m), oracle(sum, m)) << sum << " " << m.mantissa << " " << m.shift;
    ASSERT_EQ(multiply_fixed_point(-sum, m), oracle(-sum, m));
  }
}

TEST(FixedPoint, MatchesTheOracleOnTheExtremes) {
  constexpr auto kMost = std::numeric_limits<std::int32_t>::max(), kLeast = std::numeric_limits<std::int32_t>::min();
  for (const std::int32_t sum : {kLeast, kLeast + 1, -1, 0, 1, kMost - 1, kMost}) {
    for (const std::int32_t mantissa : {1 << 30, (1 << 30) + 1, kMost - 1, kMost}) {
      for (int shift = -31; shift <= 62; ++shift) {
        ASSERT_EQ(multiply_fixed_point(sum, {mantissa, shift}), oracle(sum, {mantissa, shift}));
      }
    }
  }
}

TEST(FixedPoint, RoundsEveryTieToEven) {
  for (const int shift : {1, 2, 8}) {  // M = 2^-shift: with mantissa 2^30 and one less
    const FixedPointMultiplier m{1 << 30, shift - 1};
    for (std::int32_t sum = -70000; sum <= 70000; ++sum) {
      const auto expected = static_cast<std::int32_t>(std::nearbyint(std::ldexp(sum, -shift)));  // exact in double
      ASSERT_EQ(multiply_fixed_point(sum, m), expected) << sum << " >> " << shift;
    }
  }
}

TEST(FixedPoint, KeepsThirtyOneBitsOfAMultiplier) {
  Rng rng(2);
  for (int i = 0; i < 100000; ++i) {
    const double m = std::ldexp(0.5 + rng.uniform() / 2 + rng.uniform() * 1e-8, static_cast<int>(rng.below(90)) - 60);
    const FixedPointMultiplier fixed = to_fixed_point(m);
    ASSERT_GE(fixed.mantissa, 1 << 30);
    const double back = std::ldexp(fixed.mantissa, -31 - fixed.shift);
    ASSERT_LE(std::abs(back - m), m * std::ldexp(1.0, -31));  // half of the last of 31 bits
  }
}

TEST(FixedPoint, AgreesWithFloatRequantizationToACode) {
  Rng rng(3);
  for (int i = 0; i < 100000; ++i) {
    const double m = 1e-4 + rng.uniform() * 1e-2;
    const auto sum = static_cast<std::int32_t>(rng.below(1 << 15)) - (1 << 14);
    const double exact = sum * m;
    if (std::abs(exact - std::floor(exact) - 0.5) < 1e-6) continue;  // a tie to within the rounding of m
    ASSERT_EQ(multiply_fixed_point(sum, to_fixed_point(m)), std::lrint(exact));
  }
}

TEST(FixedPoint, AMantissaThatRoundsUpToTwoIsCarried) {
  const FixedPointMultiplier m = to_fixed_point(std::nextafter(1.0, 0.0));
  EXPECT_EQ(m.mantissa, 1 << 30);
  EXPECT_EQ(m.shift, -1);  // 2^30 · 2^-31 · 2 = 1
}

TEST(FixedPoint, RefusesMultipliersItCannotHold) {
  for (const double m : {0.0, -1.0, std::nan(""), HUGE_VAL, std::ldexp(1.0, 31), std::ldexp(1.0, -64)}) {
    EXPECT_THROW(to_fixed_point(m), Error) << m;
  }
  EXPECT_NO_THROW(to_fixed_point(std::ldexp(1.0, 30)));
  EXPECT_NO_THROW(to_fixed_point(std::ldexp(1.0, -63)));
}

}  // namespace
}  // namespace tinytorch
