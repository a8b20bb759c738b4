#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/array_ops.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

/// The gradient, or NaN in its shape if there is none.
static Array gradient_of(const Tensor& x) {
  return x.grad().defined() ? x.grad() : Array(x.shape(), std::numeric_limits<float>::quiet_NaN());
}

/// a, b -> the gradients of L = c · d with c = a · b and d = c + a, and whether c, d and L still have one afterwards.
TT_SCENARIO(lesson_graph) {
  const Tensor a(in.array("a"), true), b(in.array("b"), true);
  const Tensor c = a * b, d = c + a, l = c * d;
  l.backward();
  out.set("da", gradient_of(a)).set("db", gradient_of(b));
  out.set("inner_gradients", c.grad().defined() + d.grad().defined() + l.grad().defined());
}

/// x, calls -> the gradient of x after so many calls, each on x · x made anew.
TT_SCENARIO(made_anew) {
  const Tensor x(in.array("x"), true);
  for (std::int64_t call = 0; call < in.integer("calls"); ++call) (x * x).backward();
  out.set("dx", gradient_of(x));
}

/// x, seed, calls -> the gradient of the leaf x after so many calls of x.backward(seed).
TT_SCENARIO(leaf) {
  const Tensor x(in.array("x"), true);
  for (std::int64_t call = 0; call < in.integer("calls"); ++call) x.backward(in.array("seed"));
  out.set("dx", gradient_of(x));
}

/// x -> the gradient of x after each of three calls through one graph of (x · x) · (x · x), two of them retaining it.
TT_SCENARIO(retained) {
  const Tensor x(in.array("x"), true);
  const Tensor y = x * x, z = y * y;
  for (int call = 1; call <= 3; ++call) {
    z.backward(call < 3);
    out.set("dx_" + std::to_string(call), gradient_of(x).clone());
  }
}

/// x -> backward through x · x, and then through a product that is made of that used one.
TT_SCENARIO(used) {
  const Tensor x(in.array("x"), true);
  const Tensor y = x * x;
  y.backward();
  (y * x).backward();
  out.set("dx", gradient_of(x));
}

/// x -> the gradient of x before and after a call that meets a used part, whether the call was refused, and the gradient
/// that the part which was not used then gives.
TT_SCENARIO(refused) {
  Tensor x(in.array("x"), true);
  const Tensor spent = x * x, fresh = x * x, joined = spent * fresh;
  spent.backward();
  out.set("before", gradient_of(x).clone());
  bool refused = false;
  try {
    joined.backward();
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error&) {
    refused = true;
  }
  out.set("refused", refused).set("after", gradient_of(x).clone());
  x.zero_grad();
  fresh.backward();
  out.set("of_fresh", gradient_of(x));
}

/// depth, retain -> a chain of so many products; after backward: how many nodes there are besides the leaf and the root,
/// and how many gradient functions of two operations, one in the middle and one at the end.
TT_SCENARIO(freed) {
  const bool retain = in.flag("retain");
  const std::int64_t before = live_nodes();
  const Tensor x(Array(Shape{}, 1.0f), true);
  const auto captured = std::make_shared<int>(0);
  const auto pass_on = [captured](const Array& gradient, const std::vector<Tensor>& inputs) { inputs[0].add_grad(gradient); };
  Tensor y = make_op("middle", x.value(), {x}, pass_on);
  for (std::int64_t i = 0; i < in.integer("depth"); ++i) y = y * x;
  y = make_op("end", y.value(), {y}, pass_on);
  y.backward(retain);
  out.set("dx", gradient_of(x)).set("nodes", live_nodes() - before - 2);
  out.set("functions", std::int64_t{captured.use_count()} - 2);  // one here, one in pass_on
}

/// An operation hands nothing on to its input, which was made from x by one that counts its calls. -> that count, and
/// whether x has a gradient.
TT_SCENARIO(nothing_handed_on) {
  const Tensor x(in.array("x"), true);
  std::int64_t calls = 0;
  const Tensor y = make_op("counts", x.value(), {x}, [&calls](const Array&, const std::vector<Tensor>&) { ++calls; });
  const Tensor z = make_op("stops", y.value(), {y, x}, [](const Array& gradient, const std::vector<Tensor>& inputs) {
    inputs[1].add_grad(gradient);
  });
  z.backward(in.array("x"));
  out.set("calls", calls).set("dx", gradient_of(x));
}

/// Nodes 0 to n - 1, the last one the root, each a weighted sum of earlier ones: edges (E, 2) holds pairs (result, input)
/// in the order of results, weights one number for each. The first `leaves` nodes ask for gradients. -> theirs, as rows.
TT_SCENARIO(weighted_sums) {
  const std::vector<std::int64_t> edges = in.integers("edges");
  const Array weights = in.array("weights"), seed = in.array("seed");
  const std::int64_t count = in.integer("nodes"), leaves = in.integer("leaves");
  std::vector<Tensor> nodes;
  std::size_t edge = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<Tensor> inputs;
    std::vector<float> factors;
    for (; 2 * edge < edges.size() && edges[2 * edge] == i; ++edge) {
      inputs.push_back(nodes.at(static_cast<std::size_t>(edges[2 * edge + 1])));
      factors.push_back(weights.values()[edge]);
    }
    const Array value(seed.shape(), 0.0f);  // a sum's gradient does not depend on it
    nodes.push_back(i < leaves ? Tensor(value, true)
                               : make_op("weighted_sum", value, inputs,
                                         [factors](const Array& gradient, const std::vector<Tensor>& of) {
                                           for (std::size_t k = 0; k < of.size(); ++k)
                                             of[k].add_grad(scale(gradient, factors[k]));
                                         }));
  }
  nodes.back().backward(seed);
  std::vector<Array> rows;
  for (std::int64_t i = 0; i < leaves; ++i) rows.push_back(gradient_of(nodes[static_cast<std::size_t>(i)]).reshape({1, -1}));
  out.set("gradients", concat(rows, 0));
}
