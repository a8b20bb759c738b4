#include <cmath>
#include <numbers>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// A float angle of up to pi is off by 2e-7, and so is its cosine at most.
constexpr double kRounding = 1e-6;

void judge_schedule(const std::vector<std::int64_t>& steps, std::int64_t total, std::int64_t warmup, float floor) {
  Array expected({static_cast<std::int64_t>(steps.size())});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto step = static_cast<double>(steps[i]), begin = static_cast<double>(warmup),
               end = static_cast<double>(total);
    double factor = floor;
    if (steps[i] < warmup)
      factor = (step + 1) / begin;
    else if (steps[i] < total)
      factor = floor + (1.0 - floor) * (1 + std::cos(std::numbers::pi * (step - begin) / (end - begin))) / 2;
    expected.data()[i] = static_cast<float>(factor);
  }
  Trial trial("factors");
  trial.give_integers("steps", steps).give("total", total).give("warmup", warmup).give("floor", double{floor}).run();
  trial.expect_array("factors", expected, kRounding);
}

}  // namespace

TEST(CosineSchedule, AgreesWithItsFormulaAtEveryStep) {
  Rng rng = rng_of_this_test();
  for (int trial = 0; trial < 3; ++trial) {
    const std::int64_t warmup = between(rng, 1, 50), total = warmup + between(rng, 20, 200);
    std::vector<std::int64_t> steps;
    for (std::int64_t step = 0; step < total + 3; ++step) steps.push_back(step);
    judge_schedule(steps, total, warmup, rng.uniform(0.05f, 0.4f));
  }
}

TEST(CosineSchedule, HoldsForMoreStepsThan32BitsCount) {
  Rng rng = rng_of_this_test();
  const std::int64_t warmup = between(rng, 3'000'000'000, 4'000'000'000), total = warmup + 6'000'000'000;
  std::vector<std::int64_t> steps{0, warmup - 1, warmup, total - 1, total, total + 5'000'000'000};
  for (int i = 0; i < 20; ++i) steps.push_back(between(rng, 0, total));
  judge_schedule(steps, total, warmup, 0.1f);
}
