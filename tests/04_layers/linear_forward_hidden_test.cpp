#include <algorithm>
#include <cmath>
#include <vector>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// One random layer with a batch, and what must come of it, in double.
struct Case {
  Array x, weight, bias, dy;
  Array y, dx, dweight, dbias;
  // |errors| are at most (terms + 2) · 2^-24 times the sum of the absolute products; twice that, over all elements
  double y_tolerance = 0, dx_tolerance = 0, dweight_tolerance = 0, dbias_tolerance = 0;
};

double at(const Array& a, std::int64_t row, std::int64_t column) { return a.data()[row * a.dim(1) + column]; }

Case random_case(Rng& rng, bool relu, bool with_bias = true) {
  const std::int64_t batch = between(rng, 2, 17), in = between(rng, 2, 40), out = between(rng, 2, 33);
  Case c;
  c.x = normal_array(rng, {batch, in});
  c.weight = normal_array(rng, {out, in}, 0.5f);
  c.bias = normal_array(rng, {out});
  c.dy = normal_array(rng, {batch, out});
  c.y = Array({batch, out});
  c.dx = Array({batch, in});
  c.dweight = Array({out, in});
  c.dbias = Array({out});
  std::vector<double> dz(static_cast<std::size_t>(batch * out));
  const auto tolerance = [](std::int64_t terms, double magnitude) {
    return 2 * static_cast<double>(terms + 2) * 0x1p-24 * magnitude;
  };
  for (std::int64_t i = 0; i < batch; ++i)
    for (std::int64_t j = 0; j < out; ++j) {
      double z = with_bias ? c.bias.data()[j] : 0, magnitude = std::abs(z);
      for (std::int64_t k = 0; k < in; ++k) {
        z += at(c.x, i, k) * at(c.weight, j, k);
        magnitude += std::abs(at(c.x, i, k) * at(c.weight, j, k));
      }
      // Where rounding could carry z over 0, nothing comes from above: dz must not depend on the last bit.
      c.y.data()[i * out + j] = static_cast<float>(relu && z < 0 ? 0 : z);
      const bool unsure = relu && std::abs(z) < tolerance(in, magnitude);
      if (unsure) c.dy.data()[i * out + j] = 0;
      dz[static_cast<std::size_t>(i * out + j)] = relu && z <= 0 ? 0 : c.dy.data()[i * out + j];
      c.y_tolerance = std::max(c.y_tolerance, tolerance(in, magnitude));
    }
  const auto sum = [&](std::int64_t terms, auto&& term, double& largest) {
    double total = 0, magnitude = 0;
    for (std::int64_t t = 0; t < terms; ++t) {
      total += term(t);
      magnitude += std::abs(term(t));
    }
    largest = std::max(largest, tolerance(terms, magnitude));
    return static_cast<float>(total);
  };
  const auto d = [&](std::int64_t i, std::int64_t j) { return dz[static_cast<std::size_t>(i * out + j)]; };
  for (std::int64_t j = 0; j < out; ++j) {
    for (std::int64_t k = 0; k < in; ++k)
      c.dweight.data()[j * in + k] = sum(
          batch, [&](std::int64_t i) { return d(i, j) * at(c.x, i, k); }, c.dweight_tolerance);
    c.dbias.data()[j] = sum(
        batch, [&](std::int64_t i) { return d(i, j); }, c.dbias_tolerance);
  }
  for (std::int64_t i = 0; i < batch; ++i)
    for (std::int64_t k = 0; k < in; ++k)
      c.dx.data()[i * in + k] = sum(
          out, [&](std::int64_t j) { return d(i, j) * at(c.weight, j, k); }, c.dx_tolerance);
  return c;
}

}  // namespace

TEST(LinearForward, HoldsForRandomSizes) {
  Rng rng = rng_of_this_test();
  for (const bool relu : {false, true}) {
    const Case c = random_case(rng, relu);
    Trial trial("forward");
    trial.give("x", c.x).give("weight", c.weight).give("bias", c.bias).give("relu", relu).run();
    trial.expect_array("y", c.y, c.y_tolerance);
  }
}

TEST(LinearForward, GradientsHoldForRandomSizes) {
  Rng rng = rng_of_this_test();
  for (const bool relu : {false, true}) {
    const Case c = random_case(rng, relu);
    Trial trial("forward_and_gradient");
    trial.give("x", c.x).give("weight", c.weight).give("bias", c.bias).give("dy", c.dy).give("relu", relu).run();
    trial.expect_array("dweight", c.dweight, c.dweight_tolerance);
    trial.expect_array("dbias", c.dbias, c.dbias_tolerance);
    trial.expect_array("dx", c.dx, c.dx_tolerance);
  }
}

TEST(LinearForward, GradientsHoldWithoutBias) {
  Rng rng = rng_of_this_test();
  const Case c = random_case(rng, true, false);
  Trial trial("forward_and_gradient");
  trial.give("x", c.x).give("weight", c.weight).give("dy", c.dy).give("relu", true).run();
  trial.expect_array("y", c.y, c.y_tolerance);
  trial.expect_array("dweight", c.dweight, c.dweight_tolerance);
  trial.expect_array("dx", c.dx, c.dx_tolerance);
}

TEST(LinearForward, AddsItsGradientsWhenUsedTwice) {
  Rng rng = rng_of_this_test();
  const Case c = random_case(rng, true);
  Array dweight(c.dweight.shape()), dbias(c.dbias.shape());
  for (std::int64_t i = 0; i < dweight.size(); ++i) dweight.data()[i] = 2 * c.dweight.data()[i];
  for (std::int64_t i = 0; i < dbias.size(); ++i) dbias.data()[i] = 2 * c.dbias.data()[i];
  Trial trial("used_twice");
  trial.give("x", c.x).give("weight", c.weight).give("bias", c.bias).give("dy", c.dy).give("relu", true).run();
  trial.expect(trial.integer("x_has_gradient") == 0, "x requires no gradient and got one");
  trial.expect_array("dweight", dweight, 2 * c.dweight_tolerance);
  trial.expect_array("dbias", dbias, 2 * c.dbias_tolerance);
}
