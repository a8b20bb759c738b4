#include "tinytorch/kernels/quantize_rows/quantize_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tinytorch::kernels {
namespace {

struct QParams {
  float scale;
  std::int32_t zero;
};

QParams qparams(float low, float high) {
  QParams q{};
  activation_qparams(low, high, &q.scale, &q.zero);
  return q;
}

TEST(ActivationQparams, RangeAlwaysHoldsZero) {
  EXPECT_EQ(qparams(5, 7).scale, 7.0F / 254);
  EXPECT_EQ(qparams(5, 7).zero, 1);
  EXPECT_EQ(qparams(-7, -5).zero, 255);
  EXPECT_EQ(qparams(-1, 1).zero, 128);
  EXPECT_EQ(qparams(-1, 253).zero, 2);        // S = 1, and code -126 is the second of all
  EXPECT_EQ(qparams(-0.5F, 253.5F).zero, 2);  // -126.5 and -125.5 both round to the even -126
  EXPECT_EQ(qparams(-1.5F, 252.5F).zero, 2);
}

TEST(ActivationQparams, AConstantIsOneStep) {
  EXPECT_EQ(qparams(-3, -3).scale, 3.0F);
  EXPECT_EQ(qparams(-3, -3).zero, 128);
  EXPECT_EQ(qparams(0, 0).scale, 1.0F);
}

TEST(ActivationQparams, RangesTooSmallOrHugeGiveFiniteScales) {
  constexpr float kMax = std::numeric_limits<float>::max(), kDenormal = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(qparams(-kDenormal, kDenormal).scale, 1.0F);
  EXPECT_EQ(qparams(kDenormal, kDenormal).scale, 1.0F);
  EXPECT_TRUE(std::isfinite(qparams(-kMax, kMax).scale));
  EXPECT_EQ(qparams(-kMax, kMax).zero, 128);
}

}  // namespace
}  // namespace tinytorch::kernels
