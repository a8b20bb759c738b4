#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(ModelBytes, SomeParametersHaveGradientsAndOthersNot) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 3; ++round) {
    const std::int64_t inputs = between(rng, 1, 40), hidden = between(rng, 1, 40), outputs = between(rng, 1, 40);
    const std::int64_t sizes[] = {inputs * hidden, hidden, hidden * outputs, outputs};
    const std::int64_t dropped = between(rng, 1, 3);
    std::int64_t numbers = 0;
    for (std::int64_t i = 0; i < 4; ++i) numbers += sizes[i] * (i < dropped ? 1 : 2);
    Trial trial("after_backward");
    trial
        .give("architecture", "Sequential(Linear(" + std::to_string(inputs) + ", " + std::to_string(hidden) +
                                  "), Tanh(), Linear(" + std::to_string(hidden) + ", " + std::to_string(outputs) + "))")
        .give("in_features", inputs)
        .give("out_features", outputs)
        .give("dropped", dropped)
        .run();
    trial.expect_integer("bytes", 4 * numbers);
  }
}

TEST(ModelBytes, SharedParametersAreStoredOnce) {
  Rng rng = rng_of_this_test();
  const std::int64_t features = between(rng, 1, 40);
  Trial trial("shared");
  trial.give("features", features).run();
  trial.expect_integer("bytes", 2 * 4 * (features * features + features));
}
