#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(CountParameters, NestedModelsOfAnySize) {
  Rng rng = rng_of_this_test();
  for (int trial = 0; trial < 3; ++trial) {
    std::int64_t width = between(rng, 1, 30), parameters = 0;
    std::string outer;
    for (std::int64_t layer = 0, layers = between(rng, 2, 5); layer < layers; ++layer) {
      const std::int64_t next = between(rng, 1, 30);
      const bool bias = rng.below(2) != 0, nested = rng.below(2) != 0;
      std::string words =
          "Linear(" + std::to_string(width) + ", " + std::to_string(next) + (bias ? ")" : ", bias=false)");
      if (nested) words = "Sequential(" + words + ", ReLU())";
      outer += (outer.empty() ? "" : ", ") + words;
      for (std::int64_t row = 0; row < next; ++row) parameters += width + (bias ? 1 : 0);
      width = next;
    }
    Trial t("count");
    t.give("architecture", "Sequential(" + outer + ")").run();
    t.expect_integer("parameters", parameters);
  }
}

TEST(CountParameters, SharedLayersOfAnySize) {
  Rng rng = rng_of_this_test();
  const std::int64_t features = between(rng, 3, 40);
  Trial trial("count_shared");
  trial.give("features", features).give("times", between(rng, 2, 6)).run();
  trial.expect_integer("parameters", features * features + features);
}
