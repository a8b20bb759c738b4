#include <cmath>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(DequantizeInt8, HoldsForRandomCodes) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 5; ++round) {
    const Shape shape = round == 0 ? Shape{} : Shape{between(rng, 1, 6), between(rng, 1, 9), between(rng, 1, 3)};
    const float scale = std::ldexp(rng.uniform(1, 2), static_cast<int>(between(rng, -40, 40)));
    const std::int64_t zero_point = between(rng, -128, 127);
    Array expected(shape);
    std::vector<std::int64_t> codes;
    for (float& r : expected.values()) {
      codes.push_back(between(rng, -128, 127));
      r = static_cast<float>(double{scale} * static_cast<double>(codes.back() - zero_point));
    }
    Trial trial("dequantize");
    trial.give_integers("codes", codes).give_integers("shape", shape).give("scale", Array({1}, {scale}));
    trial.give("zero_point", zero_point).run();
    trial.expect_array("r", expected, 0, 2.4e-7);  // the product in float32, or rounded to it
  }
}

TEST(DequantizeInt8, TheLastHalfStepOfTheLargestRangeStaysFinite) {
  Rng rng = rng_of_this_test();
  const float largest = std::numeric_limits<float>::max(), scale = largest / 127.5f * rng.uniform(0.9999f, 1);
  Trial trial("dequantize");
  trial.give_integers("codes", {-128, 127, 0, 64}).give_integers("shape", {4}).give("scale", Array({1}, {scale}));
  trial.give("zero_point", 0).run();
  // -128 · scale is 0.4 % beyond the largest float.
  trial.expect_array("r", Array({4}, {-largest, 127 * scale, 0, 64 * scale}), 0, 2.4e-7);
}
