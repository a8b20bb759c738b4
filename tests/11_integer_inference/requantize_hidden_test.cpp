#include <algorithm>
#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

/// The product of two float32 numbers is exact in double; rounded once to float it is what float32 gives.
std::int64_t expected_code(std::int64_t sum, float multiplier, std::int64_t zero_point, std::int64_t lowest) {
  const double product = static_cast<double>(static_cast<float>(sum)) * static_cast<double>(multiplier);
  const auto steps = static_cast<double>(static_cast<float>(product));
  double whole = std::floor(steps);
  if (steps - whole > 0.5 || (steps - whole == 0.5 && std::fmod(whole, 2) != 0)) ++whole;
  return static_cast<std::int64_t>(
      std::clamp(whole + static_cast<double>(zero_point), static_cast<double>(lowest), 127.0));
}

struct Questions {
  std::vector<std::int64_t> sums, zero_points, lowest, expected;
  std::vector<float> multipliers;
  void ask(std::int64_t sum, float multiplier, std::int64_t zero_point, std::int64_t low) {
    sums.push_back(sum), multipliers.push_back(multiplier), zero_points.push_back(zero_point), lowest.push_back(low);
    expected.push_back(expected_code(sum, multiplier, zero_point, low));
  }
  void run() {
    const auto n = static_cast<std::int64_t>(sums.size());
    Trial trial("codes");
    trial.give_integers("sums", sums)
        .give("multipliers", Array({n}, std::span<const float>(multipliers)))
        .give_integers("zero_points", zero_points)
        .give_integers("lowest", lowest)
        .run();
    trial.expect_integers("codes", expected);
  }
};

}  // namespace

TEST(Requantize, AnySum) {
  Rng rng = rng_of_this_test();
  Questions questions;
  for (int i = 0; i < 3000; ++i) {
    const std::int64_t sum = between(rng, 1, std::int64_t{1} << between(rng, 4, 31)) - 1;
    const std::int64_t zero_point = between(rng, -127, 127);
    const float multiplier = rng.uniform(0.1f, 300) / static_cast<float>(sum + 1);
    questions.ask(rng.below(2) ? sum : -sum, multiplier, zero_point, rng.below(2) ? zero_point : -127);
  }
  for (int i = 0; i < 500; ++i) {  // ties
    const int shift = static_cast<int>(between(rng, 1, 9));
    const std::int64_t half = (2 * between(rng, -120, 120) + 1) << (shift - 1);
    questions.ask(half, std::ldexp(1.0f, -shift), between(rng, -10, 10), -127);
  }
  questions.run();
}

TEST(Requantize, WhatNoIntegerHoldsSaturates) {
  Rng rng = rng_of_this_test();
  Questions questions;
  for (const float multiplier : {10.0f, 1e6f, 1e20f, 3.4e38f}) {
    for (const std::int64_t sum :
         {std::int64_t{2147483647}, std::int64_t{-2147483648}, between(rng, 1 << 29, 1 << 30)}) {
      const std::int64_t zero_point = between(rng, -127, 127);
      questions.ask(sum, multiplier, zero_point, -127);
      questions.ask(sum, multiplier, zero_point, zero_point);
    }
  }
  questions.run();
}

TEST(Requantize, MultipliesInFloat32) {
  // float32 keeps 24 bits of a sum: 2^24 + 1 becomes 2^24, and k + 0.5 steps become a tie where a double would see a
  // little more than a half.
  Rng rng = rng_of_this_test();
  Questions questions;
  for (int i = 0; i < 20; ++i) {
    const std::int64_t even = 2 * between(rng, 1, 50);
    questions.ask((1 << 24) + 1, std::ldexp(static_cast<float>(2 * even + 1), -25), 0, -127);
  }
  questions.run();
}
