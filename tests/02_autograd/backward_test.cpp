#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Array number(float value) { return Array(Shape{}, value); }

}  // namespace

// L = a²b² + a²b: 2ab² + 2ab = 48 and 2a²b + a² = 28 at a = 2, b = 3.
TEST(Backward, EveryUseOfAValueCounts) {
  Trial trial("lesson_graph");
  trial.give("a", number(2)).give("b", number(3)).run();
  trial.expect_array("da", number(48));
  trial.expect_array("db", number(28));
}

TEST(Backward, LeavesAddOverSeveralCalls) {
  Trial trial("made_anew");
  trial.give("x", number(3)).give("calls", 2).run();
  trial.expect_array("dx", number(12));
}

TEST(Backward, FromALeafAddsTheSeed) {
  Trial trial("leaf");
  trial.give("x", Array({2}, {3, 4})).give("seed", Array({2}, {1, 10})).give("calls", 2).run();
  trial.expect_array("dx", Array({2}, {2, 20}));
}

// x⁴ at 3 has the derivative 4 · 27 = 108, and each call adds it.
TEST(Backward, ARetainedGraphServesAgain) {
  Trial trial("retained");
  trial.give("x", number(3)).run();
  trial.expect_array("dx_1", number(108));
  trial.expect_array("dx_2", number(216));
  trial.expect_array("dx_3", number(324));
}

TEST(Backward, AUsedGraphIsRefused) {
  Trial trial("used");
  trial.give("x", number(3)).run_and_expect_error({"multiply", "retain_graph"});
}

TEST(Backward, InnerNodesDropTheirGradients) {
  Trial trial("lesson_graph");
  trial.give("a", number(2)).give("b", number(3)).run();
  trial.expect_integer("inner_gradients", 0);
}
