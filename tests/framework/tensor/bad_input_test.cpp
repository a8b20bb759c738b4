#include <functional>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch::testing {
namespace {

/// The message begins with "[operation]" and names every shape.
void expect_error(const std::string& operation, const std::vector<Shape>& shapes, const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "[" << operation << "] took what does not fit";
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind("[" + operation + "] ", 0), 0u) << message;
    for (const Shape& shape : shapes) EXPECT_NE(message.find(to_string(shape)), std::string::npos) << message;
  }
}

Tensor filled(const Shape& shape) { return ones(shape); }

TEST(BadShapes, OfTwoOperandsAreNamedByEveryOperation) {
  struct Row {
    std::string name;
    std::function<Tensor(const Tensor&, const Tensor&)> op;
  };
  const std::vector<Row> rows = {
      {"add", [](const Tensor& a, const Tensor& b) { return a + b; }},
      {"subtract", [](const Tensor& a, const Tensor& b) { return a - b; }},
      {"multiply", [](const Tensor& a, const Tensor& b) { return a * b; }},
      {"divide", [](const Tensor& a, const Tensor& b) { return a / b; }},
      {"maximum", [](const Tensor& a, const Tensor& b) { return maximum(a, b); }},
      {"minimum", [](const Tensor& a, const Tensor& b) { return minimum(a, b); }},
      {"equal", [](const Tensor& a, const Tensor& b) { return a == b; }},
      {"not_equal", [](const Tensor& a, const Tensor& b) { return a != b; }},
      {"less", [](const Tensor& a, const Tensor& b) { return a < b; }},
      {"less_equal", [](const Tensor& a, const Tensor& b) { return a <= b; }},
      {"greater", [](const Tensor& a, const Tensor& b) { return a > b; }},
      {"greater_equal", [](const Tensor& a, const Tensor& b) { return a >= b; }},
      {"where", [](const Tensor& a, const Tensor& b) { return where(Tensor({1}, {1}), a, b); }},
      {"where", [](const Tensor& a, const Tensor& b) { return where(a, b, b); }},
      {"matmul", [](const Tensor& a, const Tensor& b) { return matmul(a, b); }},
      {"linear", [](const Tensor& a, const Tensor& b) { return linear(a, b, {}); }},
      {"concat",
       [](const Tensor& a, const Tensor& b) {
         return concat({a, b}, 0);
       }},
      {"broadcast_to", [](const Tensor& a, const Tensor& b) { return broadcast_to(a, b.shape()); }},
  };
  for (const auto& [a, b] :
       std::vector<Pair>{{{2, 3}, {2, 4}}, {{3}, {4}}, {{2, 3}, {3, 2}}, {{2, 2, 3}, {3, 2, 2}}, {{0}, {2}}}) {
    for (const Row& row : rows) {
      if (row.name == "matmul" && a == Shape{2, 3} && b == Shape{3, 2}) continue;  // these do fit
      if (row.name == "concat" && (a.size() == 1)) continue;
      if (row.name == "broadcast_to" && a.size() > b.size()) continue;
      SCOPED_TRACE(row.name);
      expect_error(row.name, {a, b}, [&, x = a, y = b] { row.op(filled(x), filled(y)); });
    }
  }
}

TEST(BadShapes, OfMatricesAreNamed) {
  for (const auto& [a, b] : std::vector<Pair>{{{3}, {3, 2}}, {{2, 3}, {3}}, {{}, {3, 2}}, {{2, 2, 3}, {3, 3, 2}}}) {
    expect_error("matmul", {a, b}, [&, x = a, y = b] { matmul(filled(x), filled(y)); });
  }
  expect_error("linear", {{3}, {2, 3}}, [] { linear(filled({3}), filled({2, 3}), {}); });
  expect_error("linear", {{3, 2}, {4, 3}}, [] { linear(filled({3, 2}), filled({4, 3}), {}); });
  expect_error("linear", {{3}, {4, 2}}, [] { linear(filled({3, 2}), filled({4, 2}), filled({3})); });
  expect_error("linear", {{4, 1}, {4, 2}}, [] { linear(filled({3, 2}), filled({4, 2}), filled({4, 1})); });
}

TEST(BadAxes, AreNamedByEveryOperation) {
  const Tensor x = filled({2, 3});
  expect_error("sum", {}, [&] { sum(x, {2}); });
  expect_error("sum", {}, [&] { sum(x, {0, 0}); });
  expect_error("mean", {}, [&] { mean(x, {-3}); });
  expect_error("max", {}, [&] { max(x, {5}); });
  expect_error("max", {{0, 3}}, [&] { max(filled({0, 3})); });
  expect_error("argmax", {}, [&] { argmax(x, 2); });
  expect_error("argmax", {{0}}, [&] { argmax(filled({0})); });
  expect_error("softmax", {}, [&] { softmax(x, 2); });
  expect_error("softmax", {}, [&] { softmax(filled({})); });
  expect_error("log_softmax", {}, [&] { log_softmax(x, -3); });
  expect_error("slice", {}, [&] { slice(x, 2, 0, 1); });
  expect_error("slice", {}, [&] { slice(x, 0, 0, 1, 0); });
  expect_error("concat", {}, [&] { concat({x, x}, 2); });
  expect_error("concat", {}, [&] { concat(std::vector<Tensor>{}, 0); });
}

TEST(BadShapes, OfOneOperandAreNamed) {
  const Tensor x = filled({2, 3});
  expect_error("reshape", {{2, 3}, {4, 2}}, [&] { reshape(x, {4, 2}); });
  expect_error("reshape", {{2, 3}}, [&] { reshape(x, {-1, 4}); });
  expect_error("permute", {{2, 3}}, [&] { permute(x, {0}); });
  expect_error("permute", {{2, 3}}, [&] { permute(x, {0, 0}); });
  expect_error("permute", {}, [&] { permute(x, {0, 2}); });
  expect_error("transpose", {{3}}, [&] { transpose(filled({3})); });
  expect_error("broadcast_to", {{2, 3}, {3}}, [&] { broadcast_to(x, {3}); });
  expect_error("backward", {{2, 3}}, [&] { Tensor(x.value(), true).backward(); });
  expect_error("shape", {{-1}}, [&] { zeros({-1}); });
}

}  // namespace
}  // namespace tinytorch::testing
