#include <algorithm>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

__extension__ using Int128 = __int128;

/// Division of 128-bit numbers: sum · mantissa / 2^(31 + shift) to the nearest integer, ties to even, inside int32.
std::int64_t exactly(std::int64_t sum, std::int64_t mantissa, std::int64_t shift) {
  const Int128 product = Int128{sum} * mantissa, divisor = Int128{1} << (31 + shift);
  Int128 quotient = product / divisor, rest = product % divisor;
  if (rest < 0) rest += divisor, --quotient;
  if (2 * rest > divisor || (2 * rest == divisor && quotient % 2 != 0)) ++quotient;
  return static_cast<std::int64_t>(std::clamp<Int128>(quotient, -2147483648LL, 2147483647));
}

struct Questions {
  std::vector<std::int64_t> sums, mantissas, shifts, expected;
  void ask(std::int64_t sum, std::int64_t mantissa, std::int64_t shift) {
    sums.push_back(sum), mantissas.push_back(mantissa), shifts.push_back(shift);
    expected.push_back(exactly(sum, mantissa, shift));
  }
  void run() {
    Trial trial("multiply");
    trial.give_integers("sums", sums).give_integers("mantissas", mantissas).give_integers("shifts", shifts).run();
    trial.expect_integers("results", expected);
  }
};

constexpr std::int64_t kLeastMantissa = std::int64_t{1} << 30, kMostMantissa = 2147483647;

}  // namespace

TEST(MultiplyFixedPoint, AnySumAndMultiplier) {
  Rng rng = rng_of_this_test();
  Questions questions;
  for (int i = 0; i < 3000; ++i) {
    const std::int64_t size = between(rng, 0, (std::int64_t{1} << between(rng, 2, 31)) - 1);
    questions.ask(rng.below(2) ? size : -size, between(rng, kLeastMantissa, kMostMantissa), between(rng, -31, 30));
  }
  for (int i = 0; i < 500; ++i) {  // ties
    const std::int64_t shift = between(rng, 0, 12);
    questions.ask((2 * between(rng, -1000, 1000) + 1) << shift, kLeastMantissa, shift);
  }
  questions.run();
}

TEST(MultiplyFixedPoint, EveryShiftAndTheExtremes) {
  Rng rng = rng_of_this_test();
  Questions questions;
  for (std::int64_t shift = -31; shift <= 62; ++shift) {
    const std::int64_t sums[] = {-2147483648LL, -2147483647, -1, 0, 1, 2147483647, between(rng, 2, 2147483646)};
    for (const std::int64_t sum : sums) {
      for (const std::int64_t mantissa : {kLeastMantissa, kMostMantissa, between(rng, kLeastMantissa, kMostMantissa)})
        questions.ask(sum, mantissa, shift);
    }
  }
  questions.run();
}
