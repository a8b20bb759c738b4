#include <array>

#include "tests/framework/tensor/gradcheck.h"
#include "tests/framework/tensor/oracle.h"

namespace tinytorch::testing {
namespace {

using Inputs = std::vector<Tensor>;

const std::vector<Shape> kShapes = {{},     {1},       {0},       {5},          {2, 3},      {1, 4},
                                    {3, 1}, {2, 0, 3}, {2, 1, 3}, {2, 3, 1, 2}, {1, 1, 1, 1}};

std::string text(const std::vector<Array>& inputs) {
  std::string result;
  for (const Array& a : inputs) result += to_string(a.shape()) + " ";
  return result;
}

void check(const Op& op, const std::vector<Array>& inputs) {
  SCOPED_TRACE("shapes " + text(inputs));
  gradcheck(op, inputs);
}

void check_unary(Tensor (*f)(const Tensor&), Array (*values)(const Shape&, std::uint64_t)) {
  for (const Shape& shape : kShapes) check([f](const Inputs& x) { return f(x[0]); }, {values(shape, 1)});
}

void check_binary(const std::function<Tensor(const Tensor&, const Tensor&)>& f) {
  for (const auto& [a, b] : kPairs) {
    check([f](const Inputs& x) { return f(x[0], x[1]); }, {spread(a, 1), positive(b, 2)});
  }
}

Array any(const Shape& shape, std::uint64_t seed) { return spread(shape, seed); }

TEST(Gradient, OfArithmeticMatchesFiniteDifferences) {
  check_binary([](const Tensor& a, const Tensor& b) { return a + b; });
  check_binary([](const Tensor& a, const Tensor& b) { return a - b; });
  check_binary([](const Tensor& a, const Tensor& b) { return b - a; });
  check_binary([](const Tensor& a, const Tensor& b) { return a * b; });
  check_binary([](const Tensor& a, const Tensor& b) { return a / b; });
}

TEST(Gradient, OfArithmeticWithNumbersMatchesFiniteDifferences) {
  for (const Shape& shape : kShapes) {
    const auto with = [&](const Op& op) { check(op, {positive(shape, 3)}); };
    with([](const Inputs& x) { return x[0] + 2.5f; });
    with([](const Inputs& x) { return x[0] - 2.5f; });
    with([](const Inputs& x) { return x[0] * -2.5f; });
    with([](const Inputs& x) { return x[0] / 2.5f; });
    with([](const Inputs& x) { return 2.5f + x[0]; });
    with([](const Inputs& x) { return 2.5f - x[0]; });
    with([](const Inputs& x) { return 2.5f * x[0]; });
    with([](const Inputs& x) { return 2.5f / x[0]; });
    with([](const Inputs& x) { return -x[0]; });
  }
}

TEST(Gradient, OfMaximumAndMinimumMatchesFiniteDifferences) {
  for (const auto& [a, b] : kPairs) {
    const std::vector<Array> inputs = {spread(a, 1, 0.25f), spread(b, 2, 0.75f)};  // 1/16 apart at least
    check([](const Inputs& x) { return maximum(x[0], x[1]); }, inputs);
    check([](const Inputs& x) { return minimum(x[0], x[1]); }, inputs);
  }
}

TEST(Gradient, OfWhereMatchesFiniteDifferences) {
  for (const auto& [a, b] : kPairs) {
    Tensor condition = ones(broadcast_shapes(a, b));
    for (std::int64_t i = 0; i < condition.size(); i += 2) condition.mutable_value().data()[i] = 0;
    check([condition](const Inputs& x) { return where(condition, x[0], x[1]); }, {any(a, 1), any(b, 2)});
    check([](const Inputs& x) { return where(Tensor({1}, {1}), x[0], x[1]); }, {any(a, 1), any(b, 2)});
  }
}

TEST(Gradient, OfUnaryMathMatchesFiniteDifferences) {
  check_unary(exp, any);
  check_unary(log, positive);
  check_unary(sqrt, positive);
  check_unary(abs, any);
  check_unary(sin, any);
  check_unary(cos, any);
  check_unary(tanh, any);
  check_unary(erf, any);
  check_unary(square, any);
  for (float exponent : {0.0f, 0.5f, 1.0f, 2.0f, 3.0f, -1.5f}) {
    for (const Shape& shape : kShapes) {
      check([exponent](const Inputs& x) { return pow(x[0], exponent); }, {positive(shape, 4)});
    }
  }
}

TEST(Gradient, OfActivationsMatchesFiniteDifferences) {
  check_unary(relu, any);
  check_unary(sigmoid, any);
  check_unary(gelu, any);
  for (const Shape& shape : kShapes) {
    for (std::int64_t axis = -static_cast<std::int64_t>(shape.size()); axis < 0; ++axis) {
      check([axis](const Inputs& x) { return softmax(x[0], axis); }, {any(shape, 1)});
      check([axis](const Inputs& x) { return log_softmax(x[0], axis); }, {any(shape, 1)});
    }
  }
}

TEST(Gradient, OfReductionsMatchesFiniteDifferences) {
  const std::vector<std::pair<Shape, Axes>> cases = {{{}, {}},
                                                     {{1}, {0}},
                                                     {{5}, {}},
                                                     {{2, 3}, {}},
                                                     {{2, 3}, {0}},
                                                     {{2, 3}, {1}},
                                                     {{2, 3}, {0, -1}},
                                                     {{2, 3, 4}, {1}},
                                                     {{2, 3, 4}, {0, 2}},
                                                     {{2, 3, 4}, {2, 1}},
                                                     {{2, 1, 3}, {1}},
                                                     {{3, 2, 1, 2}, {-2}},
                                                     {{3, 2, 2, 2}, {1, 3}},
                                                     {{3, 2, 2, 2}, {0, 1}}};
  for (const auto& [shape, axes] : cases) {
    const Axes over = axes;  // a structured binding cannot be captured by clang 14
    for (bool keep : {false, true}) {
      SCOPED_TRACE("axes " + to_string(axes) + (keep ? " kept" : ""));
      check([over, keep](const Inputs& x) { return sum(x[0], over, keep); }, {any(shape, 1)});
      check([over, keep](const Inputs& x) { return mean(x[0], over, keep); }, {any(shape, 1)});
      check([over, keep](const Inputs& x) { return max(x[0], over, keep); }, {any(shape, 1)});
    }
  }
  for (const Axes& axes : {Axes{}, Axes{0}, Axes{1}}) {
    check([&](const Inputs& x) { return sum(x[0], axes); }, {any({2, 0}, 1)});
  }
}

TEST(Gradient, OfMatmulMatchesFiniteDifferences) {
  const std::vector<Pair> cases = {{{2, 3}, {3, 4}},          {{1, 1}, {1, 1}},       {{5, 1}, {1, 2}},
                                   {{2, 0}, {0, 3}},          {{0, 3}, {3, 2}},       {{2, 3}, {3, 0}},
                                   {{2, 2, 3}, {3, 2}},       {{2, 3}, {2, 3, 2}},    {{2, 2, 3}, {2, 3, 2}},
                                   {{2, 1, 2, 3}, {3, 3, 1}}, {{1, 2, 3}, {2, 3, 2}}, {{0, 2, 3}, {3, 2}}};
  for (const auto& [a, b] : cases) {
    check([](const Inputs& x) { return matmul(x[0], x[1]); }, {any(a, 1), any(b, 2)});
  }
}

TEST(Gradient, OfLinearMatchesFiniteDifferences) {
  for (const auto& [batch, in, out] :
       {std::array<std::int64_t, 3>{4, 3, 2}, {1, 1, 1}, {0, 3, 2}, {5, 0, 2}, {3, 2, 0}, {2, 17, 9}}) {
    const std::vector<Array> inputs = {spread({batch, in}, 1), spread({out, in}, 2), spread({out}, 3)};
    check([](const Inputs& x) { return linear(x[0], x[1], x[2]); }, inputs);
    check([](const Inputs& x) { return linear(x[0], x[1], {}); }, {inputs[0], inputs[1]});
  }
  // With ReLU: every sum is 1/4 or more from the kink, so that no step of 2^-7 crosses it; four are below, two above.
  const Array x({2, 2}, {1, -3, 3, 1.5f}), w({3, 2}, {1, 0.5f, -1, 1, 0.25f, 1}), b({3}, {0.25f, -0.5f, 0.25f});
  check([](const Inputs& in) { return linear(in[0], in[1], in[2], true); }, {x, w, b});
  check([](const Inputs& in) { return linear(in[0], in[1], {}, true); }, {x, w});
}

TEST(Gradient, OfShapeOperationsMatchesFiniteDifferences) {
  for (const Shape& shape : kShapes) {
    check([](const Inputs& x) { return reshape(x[0], {x[0].size(), 1}); }, {any(shape, 1)});
    if (shape.size() >= 2) check([](const Inputs& x) { return transpose(x[0]); }, {any(shape, 1)});
  }
  check([](const Inputs& x) { return permute(x[0], {0}); }, {any({3}, 1)});
  check([](const Inputs& x) { return permute(x[0], {1, 0}); }, {any({2, 3}, 1)});
  check([](const Inputs& x) { return permute(x[0], {2, 0, 1}); }, {any({2, 3, 4}, 1)});
  check([](const Inputs& x) { return permute(x[0], {-1, 1, -4, 2}); }, {any({2, 3, 1, 4}, 1)});
  check([](const Inputs& x) { return permute(x[0], {2, 0, 1}); }, {any({2, 0, 4}, 1)});
  check([](const Inputs& x) { return broadcast_to(x[0], {2, 3}); }, {any({3}, 1)});
  check([](const Inputs& x) { return broadcast_to(x[0], {2, 3, 2}); }, {any({3, 1}, 1)});
  check([](const Inputs& x) { return broadcast_to(x[0], {0, 2}); }, {any({1, 2}, 1)});
  check([](const Inputs& x) { return broadcast_to(x[0], {2, 2}); }, {any({}, 1)});
  check([](const Inputs& x) { return slice(x[0], 0, 1, 4, 2); }, {any({5}, 1)});
  check([](const Inputs& x) { return slice(x[0], 1, -3, -1); }, {any({2, 4, 3}, 1)});
  check([](const Inputs& x) { return slice(x[0], -1, 2, 2); }, {any({2, 4}, 1)});
  check([](const Inputs& x) { return concat(x, 0); }, {any({2}, 1), any({0}, 2), any({3}, 3)});
  check([](const Inputs& x) { return concat(x, -1); }, {any({2, 1, 3}, 1), any({2, 1, 2}, 2)});
  check([](const Inputs& x) { return concat(x, 1); }, {any({2, 1, 3}, 1), any({2, 2, 3}, 2)});
}

TEST(Gradient, OfCompositionsMatchesFiniteDifferences) {
  check([](const Inputs& x) { return sum(square(x[0] * x[0] + x[0])); }, {any({2, 3}, 1)});  // one value used thrice
  check([](const Inputs& x) { return mean(-log_softmax(linear(tanh(linear(x[0], x[1], x[2])), x[3], {}))); },
        {any({3, 4}, 1), any({5, 4}, 2), any({5}, 3), any({2, 5}, 4)});
  check([](const Inputs& x) { return (x[0] - mean(x[0], {1}, true)) / sqrt(mean(square(x[0]), {1}, true)); },
        {positive({3, 4}, 1)});
}

TEST(Gradient, AtTiesIsShared) {
  Tensor x({4}, {1, 3, 3, 3}, true);
  max(x).backward(Array(Shape{}, 6.0f));
  EXPECT_THAT(list(x.grad()), ::testing::ElementsAre(0, 2, 2, 2));
  Tensor a({2}, {1, 5}, true), b({2}, {1, 4}, true);
  sum(maximum(a, b)).backward();
  sum(minimum(a, b)).backward();
  EXPECT_THAT(list(a.grad()), ::testing::ElementsAre(1, 1));
  EXPECT_THAT(list(b.grad()), ::testing::ElementsAre(1, 1));
}

TEST(Gradient, AtKinksIsAsDocumented) {
  Tensor x({3}, {-1, 0, 2}, true);
  sum(relu(x)).backward();
  EXPECT_THAT(list(x.grad()), ::testing::ElementsAre(0, 0, 1));
  x.zero_grad();
  sum(abs(x)).backward();
  EXPECT_THAT(list(x.grad()), ::testing::ElementsAre(-1, 0, 1));
  Tensor zero({1}, {0}, true);
  pow(zero, 0).backward();
  EXPECT_EQ(zero.grad().item(), 0);
}

}  // namespace
}  // namespace tinytorch::testing
