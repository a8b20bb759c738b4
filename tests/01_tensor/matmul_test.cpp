#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST(Matmul, RowsOfTheProductAreSumsOfRowsOfB) {
  Trial square("multiply");
  square.give("a", Array({2, 2}, {1, 2, 3, 4})).give("b", Array({2, 2}, {5, 6, 7, 8})).give("c", Array({2, 2}, kNan));
  square.give("accumulate", false).give("relu", false).run();
  square.expect_array("c", Array({2, 2}, {19, 22, 43, 50}));
}

TEST(Matmul, NeedNotBeSquare) {
  Trial column("multiply");
  column.give("a", Array({2, 3}, {1, 2, 3, 4, 5, 6})).give("b", Array({3, 1}, {1, 10, 100})).give("c", Array({2, 1}, kNan));
  column.give("accumulate", false).give("relu", false).run();
  column.expect_array("c", Array({2, 1}, {321, 654}));
  Trial wide("multiply");
  wide.give("a", Array({1, 2}, {2, -1})).give("b", Array({2, 3}, {1, 2, 3, 4, 5, 6})).give("c", Array({1, 3}, kNan));
  wide.give("accumulate", false).give("relu", false).run();
  wide.expect_array("c", Array({1, 3}, {-2, -1, 0}));
}

TEST(Matmul, AccumulateAddsToWhatIsThere) {
  Trial trial("multiply");
  trial.give("a", Array({2, 2}, {1, 2, 3, 4})).give("b", Array({2, 2}, {5, 6, 7, 8}));
  trial.give("c", Array({2, 2}, {100, 200, 300, 400})).give("accumulate", true).give("relu", false).run();
  trial.expect_array("c", Array({2, 2}, {119, 222, 343, 450}));
}

TEST(Matmul, TheBiasComesBeforeTheRectifier) {
  Trial trial("multiply");  // products -2, 1, 4, then bias 3, -2, -4, then what is negative becomes 0
  trial.give("a", Array({1, 1}, {1})).give("b", Array({1, 3}, {-2, 1, 4})).give("c", Array({1, 3}, kNan));
  trial.give("bias", Array({3}, {3, -2, -4})).give("accumulate", false).give("relu", true).run();
  trial.expect_array("c", Array({1, 3}, {1, 0, 0}));
  Trial plain("multiply");
  plain.give("a", Array({2, 1}, {1, 2})).give("b", Array({1, 2}, {-2, 1})).give("c", Array({2, 2}, kNan));
  plain.give("bias", Array({2}, {10, 20})).give("accumulate", false).give("relu", false).run();
  plain.expect_array("c", Array({2, 2}, {8, 21, 6, 22}));
}

TEST(Matmul, StepsReadAnOperandTransposed) {
  Trial left("multiply_with_steps");  // memory of a holds A transposed: element (i, p) at p * 2 + i
  left.give("a", Array({4}, {1, 3, 2, 4})).give("b", Array({4}, {5, 6, 7, 8})).give("c", Array({4}, kNan));
  left.give_integers("steps", {2, 2, 2, 1, 2, 2, 1, 2}).run();
  left.expect_array("c", Array({4}, {19, 22, 43, 50}));
  Trial right("multiply_with_steps");  // memory of b holds B transposed
  right.give("a", Array({4}, {1, 2, 3, 4})).give("b", Array({4}, {5, 7, 6, 8})).give("c", Array({4}, kNan));
  right.give_integers("steps", {2, 2, 2, 2, 1, 1, 2, 2}).run();
  right.expect_array("c", Array({4}, {19, 22, 43, 50}));
}
