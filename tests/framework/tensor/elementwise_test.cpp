#include <cmath>

#include "tests/framework/tensor/oracle.h"

namespace tinytorch::testing {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

template <class F>
void expect_broadcasts(Array (*op)(const Array&, const Array&), F expected) {
  for (const auto& [sa, sb] : kPairs) {
    SCOPED_TRACE(to_string(sa) + " and " + to_string(sb));
    const Array a = random_array(sa, 1), b = random_array(sb, 2), result = op(a, b);
    ASSERT_EQ(result.shape(), broadcast_shapes(sa, sb));
    for_each_index(result.shape(), [&](const Shape& i) {
      ASSERT_EQ(result.at(i), expected(stretched(a, i), stretched(b, i))) << to_string(i);
    });
  }
}

TEST(Elementwise, OperationsBroadcastLikeTheirDefinition) {
  expect_broadcasts(add, [](float x, float y) { return x + y; });
  expect_broadcasts(subtract, [](float x, float y) { return x - y; });
  expect_broadcasts(multiply, [](float x, float y) { return x * y; });
  expect_broadcasts(divide, [](float x, float y) { return x / y; });
  expect_broadcasts(maximum, [](float x, float y) { return std::max(x, y); });
  expect_broadcasts(minimum, [](float x, float y) { return std::min(x, y); });
  expect_broadcasts(less, [](float x, float y) { return x < y ? 1.0f : 0.0f; });
  expect_broadcasts(greater_equal, [](float x, float y) { return x >= y ? 1.0f : 0.0f; });
}

TEST(Elementwise, ComparisonsFollowTheFloatRules) {
  const Array a({5}, {1, 2, 3, kNan, 0.0f}), b({5}, {2, 2, 2, kNan, -0.0f});
  EXPECT_THAT(list(equal(a, b)), ::testing::ElementsAre(0, 1, 0, 0, 1));
  EXPECT_THAT(list(not_equal(a, b)), ::testing::ElementsAre(1, 0, 1, 1, 0));
  EXPECT_THAT(list(less(a, b)), ::testing::ElementsAre(1, 0, 0, 0, 0));
  EXPECT_THAT(list(less_equal(a, b)), ::testing::ElementsAre(1, 1, 0, 0, 1));
  EXPECT_THAT(list(greater(a, b)), ::testing::ElementsAre(0, 0, 1, 0, 0));
  EXPECT_THAT(list(greater_equal(a, b)), ::testing::ElementsAre(0, 1, 1, 0, 1));
}

TEST(Elementwise, MaximumAndMinimumPassNanOn) {
  const Array a({2}, {kNan, 1}), b({2}, {1, kNan});
  for (float x : list(maximum(a, b))) EXPECT_TRUE(std::isnan(x));
  for (float x : list(minimum(a, b))) EXPECT_TRUE(std::isnan(x));
}

TEST(Elementwise, WhereBroadcastsAllThree) {
  const std::vector<std::vector<Shape>> cases = {{{}, {}, {}},          {{2, 1}, {3}, {}},
                                                 {{3}, {2, 1}, {1, 3}}, {{2, 3}, {2, 3}, {2, 3}},
                                                 {{0}, {1}, {}},        {{2, 1, 2}, {3, 1}, {2}}};
  for (const auto& shapes : cases) {
    Array condition = counting(shapes[0]);
    for (float& x : condition.values()) x = static_cast<float>(static_cast<int>(x) % 2);
    const Array a = random_array(shapes[1], 1), b = random_array(shapes[2], 2), result = where(condition, a, b);
    for_each_index(result.shape(), [&](const Shape& i) {
      EXPECT_EQ(result.at(i), stretched(condition, i) != 0 ? stretched(a, i) : stretched(b, i));
    });
  }
  EXPECT_EQ(where(Array({1}, {kNan}), Array({1}, {1}), Array({1}, {2})).item(), 1);  // NaN is not 0
}

TEST(Elementwise, UnaryMathIsThatOfTheStandardLibrary) {
  const Array a({7}, {-2.5f, -1, -0.0f, 0, 0.5f, 3, kNan});
  const auto expect = [&](const Array& result, auto f) {
    for (std::int64_t i = 0; i < a.size(); ++i) {
      const float want = f(a.data()[i]), got = result.data()[i];
      EXPECT_TRUE(got == want || (std::isnan(got) && std::isnan(want)))
          << a.data()[i] << ": " << got << ", not " << want;
    }
  };
  expect(negate(a), [](float x) { return -x; });
  expect(exp(a), [](float x) { return std::exp(x); });
  expect(log(a), [](float x) { return std::log(x); });
  expect(sqrt(a), [](float x) { return std::sqrt(x); });
  expect(abs(a), [](float x) { return std::abs(x); });
  expect(sign(a), [](float x) { return std::isnan(x) ? x : static_cast<float>((x > 0) - (x < 0)); });
  expect(sin(a), [](float x) { return std::sin(x); });
  expect(cos(a), [](float x) { return std::cos(x); });
  expect(tanh(a), [](float x) { return std::tanh(x); });
  expect(erf(a), [](float x) { return std::erf(x); });
  expect(square(a), [](float x) { return x * x; });
  expect(reciprocal(a), [](float x) { return 1 / x; });
  expect(pow(a, 3), [](float x) { return std::pow(x, 3.0f); });
  expect(scale(a, 2, 1), [](float x) { return x * 2 + 1; });
}

TEST(Elementwise, ResultsOwnTheirMemory) {
  const Array a = counting({2, 3});
  for (const Array& result : {add(a, a), multiply(a, a), scale(a, 1), permute(a, {0, 1}), broadcast_to(a, {2, 3}),
                              slice(a, 0, 0, 2), concat({a}, 0), sum(a, {0}), where(a, a, a)}) {
    EXPECT_FALSE(result.shares_memory_with(a));
  }
}

TEST(AddInPlace, AddsAndRefusesAnotherShape) {
  Array a({2}, {1, 2});
  add_in_place(a, Array({2}, {10, 20}));
  EXPECT_THAT(list(a), ::testing::ElementsAre(11, 22));
  EXPECT_ANY_THROW(add_in_place(a, Array({1}, {1})));
}

TEST(Unbroadcast, SumsDownToTheShapeThatWasStretched) {
  for (const auto& [sa, sb] : kPairs) {
    const Array gradient = counting(broadcast_shapes(sa, sb));
    for (const Shape& shape : {sa, sb}) {
      Array expected(shape, 0.0f);
      for_each_index(gradient.shape(), [&](const Shape& i) {
        Shape own(i.end() - static_cast<std::ptrdiff_t>(shape.size()), i.end());
        for (std::size_t axis = 0; axis < own.size(); ++axis) own[axis] = shape[axis] == 1 ? 0 : own[axis];
        expected.data()[ravel_index(own, shape)] += gradient.at(i);
      });
      const Array result = unbroadcast(gradient, shape);
      EXPECT_EQ(result.shape(), shape);
      EXPECT_EQ(list(result), list(expected)) << to_string(gradient.shape()) << " to " << to_string(shape);
    }
  }
}

}  // namespace
}  // namespace tinytorch::testing
