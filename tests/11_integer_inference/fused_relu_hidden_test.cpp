#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// One row of n sums, half of them large, whose codes lie around the whole range and beyond both ends.
void expect_row(Rng& rng, std::int64_t n, bool with_offset, bool relu) {
  std::vector<std::int64_t> sums, offset, expected;
  Array multiplier({n});
  const std::int64_t zero_point = between(rng, -120, 120);
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int64_t largest = rng.below(2) ? 3'000 : 20'000'000;
    sums.push_back(between(rng, -largest, largest));
    offset.push_back(with_offset ? between(rng, -largest, largest) : 0);
    const auto sum = static_cast<double>(sums.back() + offset.back());
    double steps = 0;
    do {
      multiplier.data()[j] = 200 / static_cast<float>(largest) * rng.uniform(0.2f, 1);
      steps = sum * static_cast<double>(multiplier.data()[j]);
      // float32 is off by 2^-23 of at most 400 steps: 5e-5. Nearer to a half than that, it may round the other way.
    } while (std::fabs(std::fabs(steps - std::trunc(steps)) - 0.5) < 1e-4);
    const double lowest = relu ? static_cast<double>(zero_point) : -127.0;
    const double code = std::floor(steps + 0.5) + static_cast<double>(zero_point);
    expected.push_back(128 + static_cast<std::int64_t>(std::clamp(code, lowest, 127.0)));
  }
  Trial trial("row");
  trial.give_integers("sums", sums).give("multiplier", multiplier).give("zero_point", zero_point).give("relu", relu);
  if (with_offset) trial.give_integers("offset", offset);
  trial.run();
  trial.expect_integers("codes", expected);
  trial.expect_integers("behind", {77, 77});
}

}  // namespace

TEST(FusedRelu, AnyRow) {
  Rng rng = rng_of_this_test();
  for (const bool relu : {false, true}) expect_row(rng, between(rng, 30, 300), true, relu);
  expect_row(rng, 1, true, true);
}

TEST(FusedRelu, ARowWithoutOffset) {
  Rng rng = rng_of_this_test();
  for (const bool relu : {false, true}) expect_row(rng, between(rng, 30, 300), false, relu);
}
