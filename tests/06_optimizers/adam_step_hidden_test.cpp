#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Options {
  float lr, beta1, beta2, epsilon, decay;
  bool decoupled;
};

/// Runs the steps in double and judges the weights after each of them, m and v.
void judge_steps(const Options& o, const Array& w0, const Array& m0, const Array& v0, const Array& gradients,
                 std::int64_t first_step) {
  const std::int64_t steps = gradients.dim(0), n = gradients.dim(1);
  Array w_end({steps, n}), m_end({n}), v_end({n});
  double largest = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    double w = w0.data()[i], m = m0.data()[i], v = v0.data()[i];
    for (std::int64_t t = 0; t < steps; ++t) {
      double g = gradients.data()[t * n + i];
      if (o.decoupled) w -= double{o.lr} * o.decay * w;
      if (!o.decoupled) g += o.decay * w;
      m = o.beta1 * m + (1.0 - o.beta1) * g;
      v = o.beta2 * v + (1.0 - o.beta2) * g * g;
      const auto step = static_cast<double>(first_step + t);
      const double m_hat = m / (1 - std::pow(double{o.beta1}, step)), v_hat = v / (1 - std::pow(double{o.beta2}, step));
      const double update = o.lr * m_hat / (std::sqrt(v_hat) + o.epsilon);
      w -= update;
      largest = std::max(largest, std::abs(update));
      w_end.data()[t * n + i] = static_cast<float>(w);
    }
    m_end.data()[i] = static_cast<float>(m);
    v_end.data()[i] = static_cast<float>(v);
  }
  Trial trial("steps");
  trial.give("w", w0).give("m", m0).give("v", v0).give("gradients", gradients).give("first_step", first_step);
  trial.give("lr", double{o.lr}).give("beta1", double{o.beta1}).give("beta2", double{o.beta2});
  trial.give("epsilon", double{o.epsilon}).give("weight_decay", double{o.decay}).give("decoupled", o.decoupled).run();
  const auto count = static_cast<double>(steps);
  // m and v: a few roundings a step of values of about 1 (v: positive summands, so relative).
  trial.expect_array("m", m_end, 1e-6 * count);
  trial.expect_array("v", v_end, 0, 1e-6 * count + 1e-5);
  // A correction that was computed in float is off by up to 6e-5 of itself, so 1e-4 of each step is allowed; and the
  // weight itself, of at most 2, is rounded at each step.
  trial.expect_array("w", w_end, count * (1e-4 * largest + 5e-7));
}

Options draw_options(Rng& rng, bool decoupled) {
  return {.lr = rng.uniform(0.005f, 0.02f),
          .beta1 = rng.uniform(0.8f, 0.95f),
          .beta2 = rng.uniform(0.98f, 0.999f),
          .epsilon = 1e-6f,
          .decay = rng.uniform(0.2f, 0.5f),
          .decoupled = decoupled};
}

}  // namespace

TEST(AdamStep, FollowsTheFormulaFromAnyState) {
  Rng rng = rng_of_this_test();
  for (const bool decoupled : {false, true}) {
    for (const std::int64_t step : {between(rng, 2, 9), between(rng, 100, 2000), between(rng, 50000, 100000)}) {
      const std::int64_t n = between(rng, 1, 40);
      const Array w = uniform_array(rng, {n}, -1, 1), m = uniform_array(rng, {n}, -1, 1);
      const Array v = uniform_array(rng, {n}, 0.1f, 1), g = uniform_array(rng, {1, n}, -1, 1);
      judge_steps(draw_options(rng, decoupled), w, m, v, g, step);
    }
  }
}

TEST(AdamStep, StaysWithTheOracleOverManySteps) {
  Rng rng = rng_of_this_test();
  for (const bool decoupled : {false, true}) {
    const std::int64_t n = between(rng, 1, 40), steps = between(rng, 10, 30);
    const Array zero({n}, 0.0f), w = uniform_array(rng, {n}, -1, 1);
    judge_steps(draw_options(rng, decoupled), w, zero, zero, uniform_array(rng, {steps, n}, -1, 1), 1);
  }
}
