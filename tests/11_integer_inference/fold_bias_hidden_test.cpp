#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(FoldBias, AnyChannels) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 3; ++round) {
    const std::int64_t channels = between(rng, 20, 60), terms = between(rng, 1, 2000);
    const float input_scale = rng.uniform(0.001f, 0.1f);
    Array bias({channels}), scales({channels});
    std::vector<std::int64_t> expected;
    for (std::int64_t j = 0; j < channels; ++j) {
      // Units of every size up to what fits: float32 is exact to 2^24 only.
      const double size = std::pow(10.0, static_cast<double>(rng.uniform(-1, 9.2f)));
      long double units = 0;
      do {
        scales.data()[j] = rng.uniform(0.001f, 0.1f);
        const long double unit = static_cast<long double>(input_scale) * scales.data()[j];
        bias.data()[j] = static_cast<float>(static_cast<double>(unit) * size * (rng.below(2) ? 1 : -1));
        units = bias.data()[j] / unit;
        // Not so near a half that the last bits of a double decide.
      } while (std::fabs(static_cast<double>(units - std::floor(units)) - 0.5) < 1e-5);
      expected.push_back(static_cast<std::int64_t>(std::floor(units + 0.5L)));
    }
    Trial trial("fold");
    trial.give("bias", bias)
        .give("input_scale", static_cast<double>(input_scale))
        .give("weight_scales", scales)
        .give("terms", terms)
        .run();
    trial.expect_integers("folded", expected);
  }
}

TEST(FoldBias, LeavesRoomForTheSums) {
  Rng rng = rng_of_this_test();
  const std::int64_t terms = between(rng, 100, 60000), room = 2147483647 - terms * 255 * 127;
  for (const float sign : {1.0f, -1.0f}) {
    float most = static_cast<float>(room);  // the largest float that the room holds, and the next one
    if (static_cast<double>(most) > static_cast<double>(room)) most = std::nextafter(most, 0.0f);
    Trial fits("fold");
    fits.give("bias", Array({1}, sign * most))
        .give("input_scale", 1.0)
        .give("weight_scales", Array({1}, 1.0f))
        .give("terms", terms)
        .run();
    fits.expect_integers("folded", {static_cast<std::int64_t>(sign * most)});
    const float more = std::nextafter(most, 3e9f);
    Trial exceeds("fold");
    exceeds.give("bias", Array({1}, sign * more))
        .give("input_scale", 1.0)
        .give("weight_scales", Array({1}, 1.0f))
        .give("terms", terms);
    exceeds.run_and_expect_error({"channel 0"});
  }
}
