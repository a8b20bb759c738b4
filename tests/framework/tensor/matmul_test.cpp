#include <cmath>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"
#include "tinytorch/base/parallel.h"

namespace tinytorch::testing {
namespace {

void expect_product(const Array& a, const Array& b, const Array& result) {
  const std::int64_t k = a.dim(-1);
  for_each_index(result.shape(), [&](const Shape& i) {
    double exact = 0, magnitude = 0;
    for (std::int64_t p = 0; p < k; ++p) {
      Shape left = i, right = i;
      left[i.size() - 1] = p;
      right[i.size() - 2] = p;
      const double term = static_cast<double>(stretched(a, left)) * stretched(b, right);
      exact += term;
      magnitude += std::abs(term);
    }
    // k products and sums, each rounded to 24 bits.
    ASSERT_NEAR(result.at(i), exact, magnitude * 0x1p-24 * static_cast<double>(k + 1)) << to_string(i);
  });
}

TEST(Matmul, MatchesTheDefinitionForStacksThatBroadcast) {
  const std::vector<Pair> cases = {{{1, 1}, {1, 1}},
                                   {{2, 3}, {3, 4}},
                                   {{33, 65}, {65, 17}},
                                   {{3, 2, 5}, {5, 4}},
                                   {{2, 5}, {3, 5, 4}},
                                   {{3, 2, 5}, {3, 5, 4}},
                                   {{2, 1, 2, 5}, {3, 5, 1}},
                                   {{1, 2, 5}, {4, 5, 2}},
                                   {{2, 3, 2, 5}, {2, 3, 5, 2}},
                                   {{2, 3, 2, 5}, {1, 5, 2}},
                                   {{3, 1, 2, 5}, {1, 4, 5, 2}}};
  for (const auto& [sa, sb] : cases) {
    SCOPED_TRACE(to_string(sa) + " by " + to_string(sb));
    const Array a = random_array(sa, 1), b = random_array(sb, 2), result = matmul(a, b);
    Shape stack = broadcast_shapes({sa.begin(), sa.end() - 2}, {sb.begin(), sb.end() - 2});
    stack.push_back(a.dim(-2));
    stack.push_back(b.dim(-1));
    ASSERT_EQ(result.shape(), stack);
    expect_product(a, b, result);
    expect_product(a, b, matmul(transpose(a), b, true, false));
    expect_product(a, b, matmul(a, transpose(b), false, true));
    expect_product(a, b, matmul(transpose(a), transpose(b), true, true));
  }
}

TEST(Matmul, OverNoElementsIsZeros) {
  EXPECT_THAT(list(matmul(Array(Shape{2, 0}), Array(Shape{0, 2}))), ::testing::ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(matmul(Array(Shape{0, 3}), Array(Shape{3, 2})).shape(), (Shape{0, 2}));
  EXPECT_EQ(matmul(Array(Shape{0, 2, 3}), Array(Shape{3, 2})).shape(), (Shape{0, 2, 2}));
  EXPECT_EQ(matmul(Array(Shape{0, 2, 3}), Array(Shape{1, 3, 2})).shape(), (Shape{0, 2, 2}));
}

TEST(Matmul, MessageNamesShapesAndInnerSizes) {
  try {
    matmul(Array({32, 784}, 0.0f), Array({512, 10}, 0.0f));
    FAIL() << "inner sizes differ and nothing was thrown";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "[matmul] x (32, 784) and w (512, 10): inner sizes 784 and 512 differ");
  }
}

TEST(Matmul, DoesNotDependOnTheNumberOfThreads) {
  const int before = thread_count();
  const Array a = random_array({200, 300}, 1), b = random_array({300, 150}, 2);
  set_thread_count(1);
  const Array one = matmul(a, b);
  set_thread_count(3);
  const Array three = matmul(a, b);
  set_thread_count(before);
  EXPECT_EQ(list(one), list(three));
}

}  // namespace
}  // namespace tinytorch::testing
