#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// A float angle of up to pi is off by 2e-7, and so is its cosine at most.
constexpr double kRounding = 1e-6;

Trial schedule(const std::vector<std::int64_t>& steps, std::int64_t total, std::int64_t warmup, double floor) {
  Trial trial("factors");
  trial.give_integers("steps", steps).give("total", total).give("warmup", warmup).give("floor", floor).run();
  return trial;
}

}  // namespace

TEST(CosineSchedule, FallsAlongHalfACosine) {
  Trial trial = schedule({0, 2, 4, 6}, 8, 0, 0);
  trial.expect_array("factors", Array({4}, {1, 0.85355339f, 0.5f, 0.14644661f}), kRounding);
}

TEST(CosineSchedule, RisesToOneDuringTheWarmUp) {
  Trial trial = schedule({0, 1, 2, 3, 4, 8}, 12, 4, 0);
  trial.expect_array("factors", Array({6}, {0.25f, 0.5f, 0.75f, 1, 1, 0.5f}), kRounding);
}

TEST(CosineSchedule, EndsAtTheFloorAndStaysThere) {
  Trial trial = schedule({4, 6, 8, 10, 12, 13, 1000}, 12, 4, 0.1);
  trial.expect_array("factors", Array({7}, {1, 0.86819805f, 0.55f, 0.23180195f, 0.1f, 0.1f, 0.1f}), kRounding);
}

TEST(CosineSchedule, WarmsUpEvenIfThatIsAllThereIs) {
  schedule({0, 3, 4, 5}, 4, 4, 0.1).expect_array("factors", Array({4}, {0.25f, 1, 0.1f, 0.1f}), kRounding);
  schedule({1, 9, 10}, 5, 10, 0).expect_array("factors", Array({3}, {0.2f, 1, 0}), kRounding);
  schedule({0, 1}, 0, 0, 0.25).expect_array("factors", Array({2}, {0.25f, 0.25f}), kRounding);
}
