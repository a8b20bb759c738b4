#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/framework/kernels/rows.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/kernels/adam/adam.h"
#include "tinytorch/kernels/sgd/sgd.h"

namespace tinytorch::kernels {
namespace {

using Values = std::vector<float>;

/// Random values behind one float of padding (so that vectors are not aligned), and one more at the end to guard.
Values random_values(std::int64_t count, Rng& rng, float low = -1) {
  Values x(static_cast<std::size_t>(count + 2));
  for (float& value : x) value = rng.uniform(low, 1);
  return x;
}

/// Equal bits; NaNs would be unequal as floats.
testing::AssertionResult same_bits(const Values& x, const Values& y) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::memcmp(&x[i], &y[i], sizeof(float)) != 0) {
      return testing::AssertionFailure() << x[i] << " and " << y[i] << " at " << i;
    }
  }
  return testing::AssertionSuccess();
}

constexpr std::int64_t kCounts[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1000};

class SgdStep : public RowTest {};
INSTANTIATE_TEST_SUITE_P(Rows, SgdStep, testing::ValuesIn(isas_of(sgd_table())), name_of);

// Every row does the same operations in the same order and fuses none, so not a bit differs.
TEST_P(SgdStep, EqualsTheGenericRowBitForBit) {
  const SgdFunction function = function_of(sgd_table(), GetParam());
  Rng rng(1);
  for (std::int64_t count : kCounts) {
    for (float momentum : {0.0F, 0.9F}) {
      for (float decay : {0.0F, 0.01F}) {
        for (bool nesterov : {false, true}) {
          const Values g = random_values(count, rng);
          Values w = random_values(count, rng), v = random_values(count, rng), w2 = w, v2 = v;
          const bool has_velocity = momentum != 0;
          SgdArgs args{count, w.data() + 1, g.data() + 1, has_velocity ? v.data() + 1 : nullptr,
                       0.1F,  momentum,     decay,        nesterov};
          SgdArgs expected = args;
          expected.weight = w2.data() + 1;
          expected.velocity = has_velocity ? v2.data() + 1 : nullptr;
          function(args);
          sgd_step_generic(expected);
          ASSERT_TRUE(same_bits(w, w2)) << count << " weights, momentum " << momentum;
          ASSERT_TRUE(same_bits(v, v2)) << count << " velocities";
        }
      }
    }
  }
}

class AdamStep : public RowTest {};
INSTANTIATE_TEST_SUITE_P(Rows, AdamStep, testing::ValuesIn(isas_of(adam_table())), name_of);

// Against the formula in double, from the float state: m and v end within a few roundings of their summands; the step
// is a chain of at most ten float operations, each off by half an ulp (2^-24), so 16 of them bound it.
TEST_P(AdamStep, FollowsTheFormulaWithinRounding) {
  const AdamFunction function = function_of(adam_table(), GetParam());
  Rng rng(2);
  constexpr double kUlps = 16 * 0x1p-24;
  for (std::int64_t count : kCounts) {
    for (std::int64_t step : {1, 2, 10, 100000}) {
      for (bool decoupled : {false, true}) {
        for (double decay : {0.0, 0.01}) {
          const Values g = random_values(count, rng);
          Values w = random_values(count, rng), m = random_values(count, rng), v = random_values(count, rng, 1e-6F);
          const Values w0 = w, m0 = m, v0 = v;
          const AdamArgs args{count,     w.data() + 1, g.data() + 1, m.data() + 1, v.data() + 1,
                              0.001F,    0.9F,         0.999F,       1e-8F,        static_cast<float>(decay),
                              decoupled, step};
          function(args);
          const double lr = args.lr, beta1 = args.beta1, beta2 = args.beta2, lambda = args.weight_decay;
          const double correction1 = 1 - std::pow(beta1, step), correction2 = 1 - std::pow(beta2, step);
          for (std::size_t i = 1; i <= static_cast<std::size_t>(count); ++i) {
            const double decayed = decoupled ? w0[i] - lr * lambda * w0[i] : w0[i];
            const double gradient = decoupled ? g[i] : g[i] + lambda * w0[i];
            const double magnitude = std::abs(double{g[i]}) + std::abs(lambda * w0[i]);
            const double new_m = beta1 * m0[i] + (1 - beta1) * gradient;
            const double new_v = beta2 * v0[i] + (1 - beta2) * gradient * gradient;
            ASSERT_NEAR(m[i], new_m, kUlps * (std::abs(beta1 * m0[i]) + magnitude));
            ASSERT_NEAR(v[i], new_v, kUlps * (beta2 * v0[i] + magnitude * magnitude));
            // The step from the m and v that were stored: their own roundings were judged above.
            const double update = lr * (m[i] / correction1) / (std::sqrt(v[i] / correction2) + args.epsilon);
            ASSERT_NEAR(w[i], decayed - update, kUlps * std::abs(update) + 2 * 0x1p-24 * std::abs(double{w0[i]}))
                << "weight " << i << " of " << count << ", step " << step;
          }
          ASSERT_EQ(w.front(), w0.front());
          ASSERT_EQ(w.back(), w0.back()) << "written beyond the end";
          ASSERT_EQ(m.back(), m0.back());
          ASSERT_EQ(v.back(), v0.back());
        }
      }
    }
  }
}

TEST_P(AdamStep, PropagatesNan) {
  const AdamFunction function = function_of(adam_table(), GetParam());
  Values w(20, 1), g(20, 1), m(20, 0), v(20, 0);
  g[3] = g[18] = std::numeric_limits<float>::quiet_NaN();
  function({20, w.data(), g.data(), m.data(), v.data(), 0.001F, 0.9F, 0.999F, 1e-8F, 0, false, 1});
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(std::isnan(w[i]), i == 3 || i == 18) << i;
}

TEST(AdamDispatch, FlushesDenormalsAndRestoresTheMode) {
  Values w(100, 1), g(100, 0), m(100, 1e-38F), v(100, 1e-38F);
  const volatile float tiny = 1e-38F;
  for (std::int64_t step = 1; step <= 20; ++step) {
    adam_step({100, w.data(), g.data(), m.data(), v.data(), 0.001F, 0.5F, 0.5F, 1e-8F, 0, false, step});
  }
  EXPECT_EQ(m, Values(100, 0));
  EXPECT_EQ(v, Values(100, 0));
  EXPECT_GT(tiny * 0.5F, 0) << "denormals must work again";
}

/// Puts the number of threads back.
struct Threads {
  int before = thread_count();
  ~Threads() { set_thread_count(before); }
};

TEST(OptimizerDispatch, GivesTheSameBitsOnAnyNumberOfThreads) {
  const Threads restore;
  constexpr std::int64_t kCount = 200003;
  Rng rng(3);
  const Values g = random_values(kCount, rng), w0 = random_values(kCount, rng), v0 = random_values(kCount, rng, 0);
  Values sgd_alone, adam_alone;
  for (int threads : {1, 2, 3}) {
    set_thread_count(threads);
    Values w = w0, v = v0;
    sgd_step({kCount, w.data() + 1, g.data() + 1, v.data() + 1, 0.1F, 0.9F, 0.01F, false});
    if (threads == 1) sgd_alone = w;
    EXPECT_TRUE(same_bits(w, sgd_alone)) << threads << " threads";

    Values m = v0;
    w = w0, v = v0;
    adam_step(
        {kCount, w.data() + 1, g.data() + 1, m.data() + 1, v.data() + 1, 0.01F, 0.9F, 0.99F, 1e-8F, 0.01F, true, 3});
    if (threads == 1) adam_alone = w;
    EXPECT_TRUE(same_bits(w, adam_alone)) << threads << " threads";
  }
}

}  // namespace
}  // namespace tinytorch::kernels
