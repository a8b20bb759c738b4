#include "tinytorch/kernels/quantize_rows/quantize_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "tests/framework/kernels/rows.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/base/rng.h"

namespace tinytorch::kernels {
namespace {

constexpr float kMax = std::numeric_limits<float>::max(), kTiny = std::numeric_limits<float>::min();
constexpr float kDenormal = std::numeric_limits<float>::denorm_min(), kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

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

TEST(ActivationQparams, TheZeroPointFitsTheScaleThatIsStored) {
  EXPECT_EQ(qparams(-1, 3).zero, 65);  // 4 / 254 as a float is a little less: -63.4999998, not the tie at -63.5
}

TEST(ActivationQparams, AConstantIsOneStep) {
  EXPECT_EQ(qparams(-3, -3).scale, 3.0F);
  EXPECT_EQ(qparams(-3, -3).zero, 128);
  EXPECT_EQ(qparams(0, 0).scale, 1.0F);
}

TEST(ActivationQparams, RangesTooSmallOrHugeGiveFiniteScales) {
  EXPECT_EQ(qparams(-kDenormal, kDenormal).scale, 1.0F);
  EXPECT_EQ(qparams(kDenormal, kDenormal).scale, 1.0F);
  EXPECT_TRUE(std::isfinite(qparams(-kMax, kMax).scale));
  EXPECT_EQ(qparams(-kMax, kMax).zero, 128);
}

/// Rows with their own memory: the last row of x ends where its last value does, rows of codes have a gap to be filled.
struct Rows {
  std::int64_t m, k;
  std::vector<float> x, scale;
  std::vector<std::int32_t> zero;
  std::vector<std::uint8_t> codes;
  std::int64_t clipped = 1000;  // raised, not set
  bool finite = false;
  QuantizeRowsArgs args;

  Rows(std::int64_t rows, std::int64_t values, bool dynamic, const std::function<float()>& draw) : m(rows), k(values) {
    args.m = m;
    args.k = k;
    args.x_row = k + 3;
    args.codes_row = k + 9;
    x.resize(static_cast<std::size_t>((m - 1) * args.x_row + k));
    for (float& value : x) value = draw();
    scale.resize(static_cast<std::size_t>(dynamic ? m : 1), 0.05F);
    zero.resize(scale.size(), 100);
    codes.resize(static_cast<std::size_t>(m * args.codes_row), 0x5a);
    args.dynamic = dynamic;
    args.x = x.data();
  }

  float* row(std::int64_t i) { return x.data() + i * args.x_row; }

  void run(QuantizeRowsFunction function) {
    args.scale = scale.data();
    args.zero = zero.data();
    args.codes = codes.data();
    args.clipped = &clipped;
    args.finite = &finite;
    function(args);
  }

  /// What the definition says, value by value in double: a product of two floats is exact there, so it is rounded once.
  void run_definition() {
    finite = true;
    for (std::int64_t i = 0; i < m; ++i) {
      const float* values = row(i);
      const auto at = static_cast<std::size_t>(args.dynamic ? i : 0);
      bool row_finite = true;
      for (std::int64_t p = 0; p < k; ++p) row_finite = row_finite && std::isfinite(values[p]);
      finite = finite && row_finite;
      if (args.dynamic && row_finite) {
        float low = values[0], high = values[0];
        for (std::int64_t p = 1; p < k; ++p) {
          low = std::min(low, values[p]);
          high = std::max(high, values[p]);
        }
        activation_qparams(low, high, &scale[at], &zero[at]);
      } else if (args.dynamic) {
        scale[at] = 1;
        zero[at] = 128;
      }
      const float inverse = 1 / scale[at];
      for (std::int64_t p = 0; p < args.codes_row; ++p) {
        std::uint8_t& code = codes[static_cast<std::size_t>(i * args.codes_row + p)];
        code = static_cast<std::uint8_t>(zero[at]);
        if (p >= k || (args.dynamic && !row_finite)) continue;
        const auto steps = static_cast<float>(static_cast<double>(values[p]) * static_cast<double>(inverse));
        const double wanted = std::nearbyint(static_cast<double>(steps)) + zero[at];
        if (!args.dynamic && (wanted < 1 || wanted > 255)) ++clipped;
        code = std::isnan(wanted) ? 1 : static_cast<std::uint8_t>(std::clamp(wanted, 1.0, 255.0));
      }
    }
  }
};

class QuantizeRows : public RowTest {
 protected:
  void expect_as_defined(Rows rows) {
    Rows expected = rows;
    expected.args.x = expected.x.data();
    rows.args.x = rows.x.data();
    expected.run_definition();
    rows.run(function_of(quantize_rows_table(), GetParam()));
    EXPECT_EQ(rows.scale, expected.scale);
    EXPECT_EQ(rows.zero, expected.zero);
    EXPECT_EQ(rows.codes, expected.codes) << rows.m << " x " << rows.k;
    EXPECT_EQ(rows.clipped, expected.clipped);
    EXPECT_EQ(rows.finite, expected.finite);
  }
};

INSTANTIATE_TEST_SUITE_P(Table, QuantizeRows, testing::ValuesIn(isas_of(quantize_rows_table())), name_of);

TEST_P(QuantizeRows, EveryWidthIsAsDefined) {
  Rng rng(1);
  for (std::int64_t k = 1; k <= 70; ++k) {
    for (bool dynamic : {false, true}) {
      expect_as_defined(Rows(3, k, dynamic, [&] { return rng.normal() * 3; }));  // static: about 4 % are clipped
    }
  }
  expect_as_defined(Rows(5, 784, true, [&] { return rng.normal(); }));
}

TEST_P(QuantizeRows, TiesRoundToEven) {
  Rng rng(2);
  for (std::int32_t zero : {1, 2, 127, 128, 255}) {
    for (float scale : {0.5F, 1.0F, 2.0F}) {
      Rows rows(4, 300, false,
                [&] { return static_cast<float>(static_cast<int>(rng.below(1200)) - 600) * 0.5F * scale; });
      rows.scale[0] = scale;
      rows.zero[0] = zero;
      expect_as_defined(rows);
    }
  }
}

TEST_P(QuantizeRows, EverySignAndMagnitudeIsAsDefined) {
  Rng rng(3);
  for (int round = 0; round < 300; ++round) {
    const bool dynamic = rng.below(2) == 1;
    const int sign = static_cast<int>(rng.below(3)) - 1;  // a row is often of one sign only
    const float exponent = rng.uniform(-45, 38);
    Rows rows(2, 1 + static_cast<std::int64_t>(rng.below(40)), dynamic, [&] {
      const float size = std::pow(10.0F, exponent) * rng.uniform(0, 3);
      return sign > 0 || (sign == 0 && rng.below(2)) ? std::min(size, kMax) : -std::min(size, kMax);
    });
    if (!dynamic) rows.scale[0] = std::max(kTiny, std::min(std::pow(10.0F, exponent - 2), kMax));
    expect_as_defined(rows);
  }
}

TEST_P(QuantizeRows, OddValuesAreAsDefined) {
  const float odd[] = {0.0F, -0.0F, kDenormal, -kDenormal, kTiny, -kTiny, kMax, -kMax, 1.0F, -1.0F};
  for (bool dynamic : {false, true}) {
    for (float a : odd) {
      for (float b : odd) {
        int turn = 0;
        expect_as_defined(Rows(1, 21, dynamic, [&] { return turn++ % 5 == 2 ? a : b; }));
        expect_as_defined(
            Rows(1, 21, dynamic, [&] { return turn++ < 41 ? a : b; }));  // one value, and the last another
      }
    }
  }
}

TEST_P(QuantizeRows, AConstantRowIsExact) {
  for (float c : {3.7F, -3.7F, 1e30F, -1e-30F}) {
    Rows rows(1, 37, true, [&] { return c; });
    rows.run(function_of(quantize_rows_table(), GetParam()));
    for (std::size_t p = 0; p < 37; ++p) EXPECT_EQ(rows.scale[0] * static_cast<float>(rows.codes[p] - rows.zero[0]), c);
  }
}

TEST_P(QuantizeRows, FindsEveryValueThatIsNotFinite) {
  Rng rng(4);
  for (bool dynamic : {false, true}) {
    for (float bad : {kNan, -kNan, kInf, -kInf}) {
      for (std::int64_t p = 0; p < 40; ++p) {
        Rows rows(3, 40, dynamic, [&] { return rng.normal(); });
        rows.row(p % 3)[p] = bad;
        expect_as_defined(rows);
        rows.args.x = rows.x.data();
        rows.run(function_of(quantize_rows_table(), GetParam()));
        EXPECT_FALSE(rows.finite);
      }
    }
  }
}

TEST_P(QuantizeRows, WhatIsReportedDoesNotChangeTheCodes) {
  Rng rng(5);
  const Rows made(2, 50, false, [&] { return rng.normal() * 5; });
  for (bool bad : {false, true}) {
    Rows all = made;
    if (bad) all.row(1)[49] = kInf;
    Rows finite = all, none = all;
    all.args.x = all.x.data();
    all.run(function_of(quantize_rows_table(), GetParam()));
    for (Rows* rows : {&finite, &none}) {
      rows->args.x = rows->x.data();
      rows->args.scale = rows->scale.data();
      rows->args.zero = rows->zero.data();
      rows->args.codes = rows->codes.data();
      if (rows == &finite) rows->args.finite = &rows->finite;
      function_of(quantize_rows_table(), GetParam())(rows->args);
      EXPECT_EQ(rows->codes, all.codes);
    }
    EXPECT_EQ(finite.finite, !bad);
  }
}

TEST(QuantizeRowsDispatch, ThreadsDoNotChangeABit) {
  Rng rng(6);
  const int before = thread_count();
  for (bool dynamic : {false, true}) {
    const Rows made(1100, 600, dynamic, [&] { return rng.normal() * 5; });
    Rows expected = made;
    expected.args.x = expected.x.data();
    expected.run_definition();
    for (int threads : {1, 2, 5}) {
      set_thread_count(threads);
      Rows rows = made;
      rows.args.x = rows.x.data();
      rows.run(quantize_rows);
      EXPECT_EQ(rows.codes, expected.codes);
      EXPECT_EQ(rows.scale, expected.scale);
      EXPECT_EQ(rows.clipped, expected.clipped);
      EXPECT_TRUE(rows.finite);
    }
  }
  set_thread_count(before);
}

}  // namespace
}  // namespace tinytorch::kernels
