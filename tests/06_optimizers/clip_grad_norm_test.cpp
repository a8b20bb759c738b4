#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// The norm, the factor and the product are each rounded to float once: 3 · 6e-8 relative.
constexpr double kRounding = 1e-6;

}  // namespace

TEST(ClipGradNorm, ScalesAllGradientsByOneFactor) {
  Trial trial("clip");
  trial.give("parameters", 2).give("g0", Array({2}, {3, 0})).give("g1", Array({1}, {4})).give("max_norm", 1.0).run();
  trial.expect_number("norm", 5, 0, kRounding);
  trial.expect_array("g0", Array({2}, {0.6f, 0}), 0, kRounding);
  trial.expect_array("g1", Array({1}, {0.8f}), 0, kRounding);
}

TEST(ClipGradNorm, LeavesShortGradientsAsTheyAre) {
  for (const double max_norm : {5.0, 10.0}) {
    Trial trial("clip");
    trial.give("parameters", 2).give("g0", Array({2}, {3, 0})).give("g1", Array({1}, {-4}));
    trial.give("max_norm", max_norm).run();
    trial.expect_number("norm", 5, 0, kRounding);
    trial.expect_array("g0", Array({2}, {3, 0}));
    trial.expect_array("g1", Array({1}, {-4}));
  }
}

TEST(ClipGradNorm, SkipsParametersWithoutAGradient) {
  Trial trial("clip");
  trial.give("parameters", 3).give("g1", Array({1}, {2})).give("max_norm", 1.0).run();
  trial.expect_number("norm", 2, 0, kRounding);
  trial.expect_array("g1", Array({1}, {1}), 0, kRounding);
  Trial none("clip");
  none.give("parameters", 1).give("max_norm", 1.0).run();
  none.expect_number("norm", 0);
}

TEST(ClipGradNorm, LeavesGradientsThatAreNoNumbers) {
  for (const float bad : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
    Trial trial("clip");
    trial.give("parameters", 2)
        .give("g0", Array({2}, {bad, 2}))
        .give("g1", Array({1}, {4}))
        .give("max_norm", 1.0)
        .run();
    trial.expect_number("norm", bad);
    trial.expect_array("g0", Array({2}, {bad, 2}));
    trial.expect_array("g1", Array({1}, {4}));
  }
}
