#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

constexpr double kRounding = 1e-7;  // of a result below 1 to float

Trial measure(const std::vector<std::int64_t>& pixels) {
  Trial trial("measure");
  trial.give_integers("pixels", pixels).give("repeat", 1).run();
  return trial;
}

}  // namespace

TEST(Normalize, MeasuresFourPixels) {
  Trial trial = measure({0, 51, 102, 255});
  trial.expect_number("mean", 0.4, kRounding);
  trial.expect_number("standard_deviation", 0.37416574, kRounding);
}

TEST(Normalize, EqualPixelsHaveTheDeviationOne) {
  for (const std::int64_t pixel : {0, 51, 77, 255}) {
    Trial trial = measure(std::vector<std::int64_t>(7, pixel));
    trial.expect_number("mean", static_cast<double>(pixel) / 255, kRounding);
    trial.expect_number("standard_deviation", 1);
  }
}

TEST(Normalize, ScalesAndShiftsEachPixel) {
  Trial trial("pixels");
  trial.give_integers("pixels", {0, 51, 102, 255}).give("count", 4).give("scale", 0.25).give("shift", -1.0).run();
  trial.expect_array("out", Array({4}, {-1, 11.75f, 24.5f, 62.75f}));  // powers of two: exact
}
