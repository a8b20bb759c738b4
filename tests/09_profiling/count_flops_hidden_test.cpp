#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(CountFlops, AnyModelAndBatch) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 3; ++round) {
    // The last round's count is beyond 32 bits.
    const std::int64_t batch = round < 2 ? between(rng, 1, 300) : between(rng, 2'000'000'000, 9'000'000'000);
    std::int64_t width = between(rng, 1, 40), per_row = 0;
    std::string words;
    for (std::int64_t layer = 0, layers = between(rng, 2, 5); layer < layers; ++layer) {
      const std::int64_t next = between(rng, 1, 40);
      const bool bias = rng.below(2) != 0, nested = rng.below(2) != 0;
      std::string one =
          "Linear(" + std::to_string(width) + ", " + std::to_string(next) + (bias ? ")" : ", bias=false)");
      if (nested) one = "Sequential(Sequential(" + one + "), Sigmoid())";
      words += (words.empty() ? "" : ", ") + one;
      for (std::int64_t output = 0; output < next; ++output) {
        per_row += width + width;  // multiplications, additions
        if (bias) ++per_row;
      }
      width = next;
    }
    Trial trial("count");
    trial.give("architecture", "Sequential(" + words + ")").give("batch", batch).run();
    trial.expect_integer("flops", batch * per_row);
  }
}

TEST(CountFlops, SharedLayerWorksEveryTime) {
  Rng rng = rng_of_this_test();
  const std::int64_t features = between(rng, 1, 40), times = between(rng, 2, 5), batch = between(rng, 1, 9);
  Trial trial("count_shared");
  trial.give("features", features).give("times", times).give("batch", batch).run();
  trial.expect_integer("flops", times * batch * (2 * features * features + features));
}
