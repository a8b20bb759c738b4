#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

TEST(ModelBytes, FourBytesForEachNumber) {
  Trial small("fresh");
  small.give("architecture", "Sequential(Linear(3, 4), ReLU(), Linear(4, 2))").run();
  small.expect_integer("bytes", 4 * 26);
  Trial digits("fresh");
  digits.give("architecture", "Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10))").run();
  digits.expect_integer("bytes", 940584);
}

TEST(ModelBytes, GradientsWeighAsMuchAsTheirParameters) {
  Trial trial("after_backward");
  trial.give("architecture", "Sequential(Linear(3, 4), Tanh(), Linear(4, 2))")
      .give("in_features", 3)
      .give("out_features", 2)
      .give("dropped", 0)
      .run();
  trial.expect_integer("bytes", 4 * (26 + 26));
}
