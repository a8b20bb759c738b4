#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

void expect_results(const std::vector<std::int64_t>& sums, std::int64_t mantissa, std::int64_t shift,
                    const std::vector<std::int64_t>& results) {
  Trial trial("multiply");
  trial.give_integers("sums", sums)
      .give_integers("mantissas", std::vector<std::int64_t>(sums.size(), mantissa))
      .give_integers("shifts", std::vector<std::int64_t>(sums.size(), shift))
      .run();
  trial.expect_integers("results", results);
}

}  // namespace

TEST(MultiplyFixedPoint, WorkedExampleOfTheLesson) {
  // M = 0.0037: 45.6765, -45.6765, 3.7, -3.7 and 37.37
  expect_results({12345, -12345, 1000, -1000, 10100, 0}, 2034096511, 8, {46, -46, 4, -4, 37, 0});
}

TEST(MultiplyFixedPoint, TiesGoToEven) {
  // M = 0.5: 0.5, 1.5, 2.5, 3.5 and their negatives
  expect_results({1, 3, 5, 7, -1, -3, -5, -7}, std::int64_t{1} << 30, 0, {0, 2, 2, 4, 0, -2, -2, -4});
}

TEST(MultiplyFixedPoint, SaturatesOutsideInt32) {
  // M = 2^30: 1 gives 2^30; 4 would give 2^32
  expect_results({1, 4, -4, -2}, std::int64_t{1} << 30, -31, {1073741824, 2147483647, -2147483648, -2147483648});
}
