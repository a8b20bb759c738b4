#include <cmath>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

std::vector<std::int64_t> random_pixels(Rng& rng, std::int64_t count) {
  std::vector<std::int64_t> pixels;
  for (std::int64_t i = 0; i < count; ++i) pixels.push_back(between(rng, 0, 255));
  return pixels;
}

void judge_measure(const std::vector<std::int64_t>& pixels, std::int64_t repeat) {
  const auto n = static_cast<std::int64_t>(pixels.size());
  std::int64_t sum = 0, squares = 0;
  for (const std::int64_t p : pixels) sum += p, squares += p * p;
  // n² variance is an integer: nothing is rounded before the root.
  const double deviation = std::sqrt(static_cast<double>(n * squares - sum * sum)) / static_cast<double>(n);
  Trial trial("measure");
  trial.give_integers("pixels", pixels).give("repeat", repeat).run();
  // The results are rounded to float once; they are below 1.
  trial.expect_number("mean", static_cast<double>(sum) / static_cast<double>(n) / 255, 1e-7);
  trial.expect_number("standard_deviation", deviation / 255, 1e-7);
}

}  // namespace

TEST(Normalize, MeasuresRandomImages) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 3; ++i) judge_measure(random_pixels(rng, between(rng, 2, 300)), between(rng, 1, 5));
}

TEST(Normalize, CountsMillionsOfPixelsExactly) {
  Rng rng = rng_of_this_test();
  // Over a million pixels, a fourth of them 1: the squares pass 2^32, and a float that holds the sum takes steps of 16.
  std::vector<std::int64_t> tile;
  for (int i = 0; i < 1000; ++i) tile.insert(tile.end(), {255, 255, 255, 1});
  judge_measure(tile, between(rng, 300, 350));
}

TEST(Normalize, ConvertsExactlyCountPixels) {
  Rng rng = rng_of_this_test();
  for (const std::int64_t count : {std::int64_t{0}, between(rng, 1, 300)}) {
    const std::vector<std::int64_t> pixels = random_pixels(rng, count + 2);
    const float scale = rng.uniform(0.005f, 0.02f), shift = rng.uniform(-1, 1);
    Array expected({count + 2}, -7.0f);
    for (std::int64_t i = 0; i < count; ++i)
      expected.data()[i] = static_cast<float>(static_cast<double>(pixels[static_cast<std::size_t>(i)]) * scale + shift);
    Trial trial("pixels");
    trial.give_integers("pixels", pixels)
        .give("count", count)
        .give("scale", double{scale})
        .give("shift", double{shift});
    trial.run();
    trial.expect_array("out", expected, 1e-6);  // a product of up to 5.1 and a sum, each rounded
  }
}
