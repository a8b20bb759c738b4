#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

using Codes = std::vector<std::int64_t>;

Codes random_codes(Rng& rng, std::int64_t count, std::int64_t lowest) {
  Codes codes;
  for (std::int64_t i = 0; i < count; ++i) codes.push_back(between(rng, lowest, 127));
  return codes;
}

void expect_product(const Codes& a, const Codes& weights, std::int64_t m, std::int64_t n, std::int64_t k,
                    std::int64_t zero_point) {
  Codes expected;
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      std::int64_t sum = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        sum += (a[static_cast<std::size_t>(i * k + p)] - zero_point) * weights[static_cast<std::size_t>(j * k + p)];
      }
      expected.push_back(sum);
    }
  }
  Trial trial("product");
  trial.give_integers("a", a, {m, k}).give("a_zero_point", zero_point).give_integers("weights", weights, {n, k}).run();
  trial.expect_integers("sums", expected, {m, n});
}

}  // namespace

TEST(Int8Gemm, IsExactWhereFloatsAreNot) {
  // An odd number of products of 127², more than 2^24 together: no float32 holds the sum.
  Rng rng = rng_of_this_test();
  const std::int64_t k = 2 * between(rng, 520, 2000) + 1;
  const auto size = static_cast<std::size_t>(k);
  expect_product(Codes(size, 127), Codes(size, 127), 1, 1, k, 0);
  expect_product(Codes(size, -127), Codes(size, 127), 1, 1, k, 0);
  // With the farthest zero point a sum uses nearly all of int32.
  const std::int64_t most = 66311;
  expect_product(Codes(static_cast<std::size_t>(most), 127), Codes(static_cast<std::size_t>(most), 127), 1, 1, most,
                 -128);
}

TEST(Int8Gemm, HoldsForRandomMatrices) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 6; ++round) {
    const std::int64_t m = between(rng, 1, 7), n = between(rng, 1, 19), k = round == 0 ? 1 : between(rng, 2, 90);
    const std::int64_t zero_point = round == 1 ? -128 : between(rng, -128, 127);
    expect_product(random_codes(rng, m * k, -128), random_codes(rng, n * k, -127), m, n, k, zero_point);
  }
}
