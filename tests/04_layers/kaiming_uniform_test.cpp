#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// Every value lies in ±bound, and of thousands of draws some come within 1 % of both ends: all of 3,000 missing one of
/// them has a chance of 0.995^3000, about 3 in 10 million, and the seed is fixed.
void expect_fills(Trial& trial, double bound) {
  const Array weight = trial.array("weight");
  double low = 0, high = 0;
  for (const float w : weight.values()) {
    low = std::min<double>(low, w);
    high = std::max<double>(high, w);
  }
  const std::string range = "values lie between " + std::to_string(low) + " and " + std::to_string(high);
  const double tolerance = bound * 1e-6;  // the bound is a few roundings of float32
  trial.expect(high <= bound + tolerance && low >= -bound - tolerance,
               range + ", and ±" + std::to_string(bound) + " is the bound");
  trial.expect(high > 0.99 * bound && low < -0.99 * bound, range + ": they do not fill ±" + std::to_string(bound));
}

}  // namespace

TEST(KaimingUniform, BoundFollowsFromFanIn) {
  Trial trial("draw");  // 1 · √(3 / 3) = 1
  trial.give_integers("shape", {1000, 3}).give("gain", 1.0).give("seed", 1).run();
  trial.expect_shape("weight", {1000, 3});
  expect_fills(trial, 1);
}

TEST(KaimingUniform, CountsEveryAxisButTheFirst) {
  Trial trial("draw");  // fan_in 3 · 2 · 2 = 12: 4 · √(3 / 12) = 2
  trial.give_integers("shape", {300, 3, 2, 2}).give("gain", 4.0).give("seed", 2).run();
  trial.expect_shape("weight", {300, 3, 2, 2});
  expect_fills(trial, 2);
}

TEST(KaimingUniform, DrawsOncePerWeightInMemoryOrder) {
  Trial trial("draw");
  trial.give_integers("shape", {2, 3}).give("gain", 1.0).give("seed", 7).run();
  Rng rng(7);
  Array expected({2, 3});
  for (float& w : expected.values()) w = 2 * rng.uniform() - 1;
  trial.expect_array("weight", expected, 1e-6);  // a few roundings of values up to 1
  trial.expect_number("next", rng.uniform());
}

TEST(KaimingUniform, RefusesShapesWithoutFanIn) {
  for (const Shape& shape : {Shape{5}, Shape{5, 0}, Shape{0, 5}}) {
    Trial trial("draw");
    trial.give_integers("shape", shape).give("gain", 1.0).give("seed", 1);
    trial.run_and_expect_error({to_string(shape)});
  }
}
