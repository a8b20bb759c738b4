#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Trial dequantize(const std::vector<std::int64_t>& codes, const std::vector<std::int64_t>& shape, float scale,
                 std::int64_t zero_point) {
  Trial trial("dequantize");
  trial.give_integers("codes", codes)
      .give_integers("shape", shape)
      .give("scale", Array({1}, {scale}))
      .give("zero_point", zero_point);
  return trial;
}

}  // namespace

TEST(DequantizeInt8, GivesTheWorkedExample) {
  Trial trial = dequantize({50, -25, -26}, {3}, 0.02f, -25);
  trial.run();
  trial.expect_array("r", Array({3}, {1.5f, 0, -0.02f}), 0, 2.4e-7);  // 0.02 is no float32: two roundings
  Trial exact = dequantize({-128, -3, 0, 127}, {2, 2}, 0.25f, -3);
  exact.run();
  exact.expect_array("r", Array({2, 2}, {-31.25f, 0, 0.75f, 32.5f}));
}

TEST(DequantizeInt8, DifferencesDoNotWrap) {
  Trial up = dequantize({127, 0, -128}, {3}, 0.5f, -128);
  up.run();
  up.expect_array("r", Array({3}, {127.5f, 64, 0}));
  Trial down = dequantize({127, 0, -128}, {3}, 0.5f, 127);
  down.run();
  down.expect_array("r", Array({3}, {0, -63.5f, -127.5f}));
}

TEST(DequantizeInt8, RefusesWhatCannotHaveComeFromQuantizing) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  for (const float scale : {0.0f, -1.0f, infinity, nan}) dequantize({1}, {1}, scale, 0).run_and_expect_error({});
  for (const std::int64_t zero_point : {128, -129, 1000000}) {
    dequantize({1}, {1}, 1, zero_point).run_and_expect_error({std::to_string(zero_point)});
  }
  dequantize({1, 2}, {3}, 1, 0).run_and_expect_error({"2"});
  dequantize({1, 2, 3, 4, 5}, {2, 2}, 1, 0).run_and_expect_error({"5"});
}
