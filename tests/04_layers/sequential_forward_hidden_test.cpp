#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(SequentialForward, HoldsForRandomChains) {
  Rng rng = rng_of_this_test();
  for (int repeat = 0; repeat < 3; ++repeat) {
    const std::int64_t steps = between(rng, 3, 6);
    Array x({between(rng, 1, 5), between(rng, 1, 5)}), factors({steps}), offsets({steps});
    for (float& v : x.values()) v = static_cast<float>(between(rng, -9, 9));
    for (float& v : factors.values()) v = static_cast<float>(between(rng, 2, 4) * (between(rng, 0, 1) == 0 ? 1 : -1));
    for (float& v : offsets.values()) v = static_cast<float>(between(rng, 1, 5));
    Array y = x.clone(), dx(x.shape(), 1.0f);  // integers far below 2^24: exact
    for (std::int64_t i = 0; i < steps; ++i) {
      for (float& v : y.values()) v = v * factors.data()[i] + offsets.data()[i];
      for (float& v : dx.values()) v *= factors.data()[i];
    }
    Trial trial("affine_chain");
    trial.give("x", x).give("factors", factors).give("offsets", offsets).run();
    trial.expect_array("y", y);
    trial.expect_integers("calls", std::vector<std::int64_t>(static_cast<std::size_t>(steps), 1));
    trial.expect_array("dx", dx);
  }
}
