#include <limits>
#include <string>
#include <utility>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNaN = std::numeric_limits<float>::quiet_NaN();
/// A scale may have been rounded to float32 twice on its way: two units in the last place.
constexpr double kRounding = 2.4e-7;

Trial ranges(const Array& pairs, bool symmetric = false, int lowest = -128) {
  Trial trial("choose");
  trial.give("ranges", pairs).give("symmetric", symmetric).give("lowest", lowest).give("highest", 127);
  return trial;
}

}  // namespace

TEST(ChooseQparams, GivesTheWorkedRanges) {
  Trial trial = ranges(Array({4, 2}, {-1, 3, -0.25f, 0.75f, -0.27f, 1, -0.5f, 0.5f}));
  trial.run();
  trial.expect_array("scales", Array({4}, {4.0f / 255, 1.0f / 255, 1.27f / 255, 1.0f / 255}), 0, kRounding);
  // -64.25, -64.25, -128 + 54.21, and -0.5000075: 1/255 is a little larger as a float, so the last one is no tie.
  trial.expect_integers("zero_points", {-64, -64, -74, -1});
  Trial kernel = ranges(Array({1, 2}, {-0.27f, 1}), false, -127);
  kernel.run();
  kernel.expect_array("scales", Array({1}, {0.005f}), 0, kRounding);
  kernel.expect_integers("zero_points", {-73});
}

TEST(ChooseQparams, WidensTheRangeUntilItHoldsZero) {
  Trial trial = ranges(Array({2, 2}, {5, 7, -7, -5}));
  trial.run();
  trial.expect_array("scales", Array({2}, {7.0f / 255, 7.0f / 255}), 0, kRounding);
  trial.expect_integers("zero_points", {-128, 127});
}

TEST(ChooseQparams, OneNumberIsAStepOfItself) {
  for (const bool symmetric : {false, true}) {
    Trial trial = ranges(Array({4, 2}, {3, 3, -0.3f, -0.3f, 1e30f, 1e30f, 0, 0}), symmetric);
    trial.run();
    trial.expect_array("scales", Array({4}, {3, 0.3f, 1e30f, 1}));
    trial.expect_integers("zero_points", {0, 0, 0, 0});
  }
}

TEST(ChooseQparams, SymmetricCodesReachTheLargerEnd) {
  Trial trial = ranges(Array({3, 2}, {-0.42f, 0.51f, -2.54f, 1, 0, 6}), true, -127);
  trial.run();
  trial.expect_array("scales", Array({3}, {0.51f / 127, 0.02f, 6.0f / 127}), 0, kRounding);
  trial.expect_integers("zero_points", {0, 0, 0});
}

TEST(ChooseQparams, RefusesWhatIsNoRange) {
  for (const auto& [low, high] :
       {std::pair{1.0f, 0.0f}, {kNaN, 1.0f}, {0.0f, kNaN}, {kNaN, kNaN}, {-kInfinity, 0.0f}, {0.0f, kInfinity}}) {
    ranges(Array({1, 2}, {low, high})).run_and_expect_error({});
  }
}

TEST(ChooseQparams, ARowOfAWeightIsAChannel) {
  Trial trial("per_channel");
  trial.give("weight", Array({2, 3}, {1, -2.54f, 0.5f, 4, 0, -8})).give("highest", 127).run();
  trial.expect_array("scales", Array({2}, {0.02f, 8.0f / 127}), 0, kRounding);
  trial.expect_integers("zero_points", {0, 0});
  Trial square("per_channel");
  square.give("weight", Array({2, 2}, {1, 2.54f, 0.1f, -0.635f})).give("highest", 127).run();
  square.expect_array("scales", Array({2}, {0.02f, 0.005f}), 0, kRounding);
  // A row of one number is a constant: it steps by the number itself.
  Trial constant("per_channel");
  constant.give("weight", Array({3, 3}, {3, 3, 3, -0.3f, -0.3f, -0.3f, 0, 0, 0})).give("highest", 127).run();
  constant.expect_array("scales", Array({3}, {3, 0.3f, 1}));
}

TEST(ChooseQparams, RefusesWhatIsNoWeight) {
  const auto weight = [](const Array& values) {
    Trial trial("per_channel");
    trial.give("weight", values).give("highest", 127);
    return trial;
  };
  weight(Array({3}, {1, 2, 3})).run_and_expect_error({"(3"});
  weight(Array({2, 2}, {1, 2, kNaN, 3})).run_and_expect_error({"(1, 0)"});
  weight(Array({2, 2}, {1, kInfinity, 2, 3})).run_and_expect_error({"(0, 1)"});
  weight(Array(Shape{0, 3})).run_and_expect_error({});
}
