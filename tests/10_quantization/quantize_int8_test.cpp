#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Trial values(const Array& r, int zero_point = 0, int lowest = -128) {
  Trial trial("values");
  trial.give("values", r).give("inverse_scale", Array({1}, {1})).give("zero_point", zero_point);
  trial.give("lowest", lowest).give("highest", 127).run();
  return trial;
}

}  // namespace

TEST(QuantizeInt8, TiesGoToEven) {
  const Array ties({6}, {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f});
  values(ties).expect_integers("codes", {0, 2, 2, 0, -2, -2});
  values(ties, 1).expect_integers("codes", {1, 3, 3, 1, -1, -1});  // the zero point comes after rounding
}

TEST(QuantizeInt8, GoesToTheNearestCode) {
  values(Array({6}, {0.6f, -0.6f, 1.4f, -1.4f, 99.9f, -99.9f})).expect_integers("codes", {1, -1, 1, -1, 100, -100});
}

TEST(QuantizeInt8, ClampsBeforeTheCast) {
  const float largest = std::numeric_limits<float>::max();
  values(Array({6}, {200, -200, 3e9f, -3e9f, largest, -largest}))
      .expect_integers("codes", {127, -128, 127, -128, 127, -128});
  values(Array({4}, {120, -120, 200, -200}), 20).expect_integers("codes", {127, -100, 127, -128});
  values(Array({3}, {-128, -1000, 1000}), 0, -127).expect_integers("codes", {-127, -127, 127});
}

TEST(QuantizeInt8, GivesTheWorkedExample) {
  Trial trial("quantize");
  trial.give("r", Array({2, 3}, {-1, -0.3f, 0, 0.6f, 1, 3})).run();
  // -63.75, -19.125, 0, 38.25, 63.75 and 191.25 steps; the zero point is -64
  trial.expect_integers("codes", {-128, -83, -64, -26, 0, 127}, {2, 3});
  trial.expect_number("scale", 4.0 / 255, 0, 2.4e-7);  // rounded to float32
  trial.expect_integer("zero_point", -64);
  // 1/S is 85: 0.7 is 59.5 steps, 60; 0.7 divided by the float S would be 59.499996, 59. 0.1 is 8.5 steps, 8. The zero
  // point is -43.
  Trial inverse("quantize");
  inverse.give("r", Array({4}, {-1, 0.7f, 0.1f, 2})).run();
  inverse.expect_integers("codes", {-128, 17, -35, 127}, {4});
}

TEST(QuantizeInt8, RefusesWhatHasNoRange) {
  const auto quantize = [](const Array& r) {
    Trial trial("quantize");
    trial.give("r", r);
    return trial;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  quantize(Array(Shape{0})).run_and_expect_error({});
  quantize(Array({2, 2}, {1, 2, nan, 4})).run_and_expect_error({"1 of 4", "(1, 0)"});
  quantize(Array({3}, {1, infinity, -infinity})).run_and_expect_error({"2 of 3", "(1"});
}
