#include <unordered_map>

#include "tinytorch/base/error.h"
#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

/// L = c · d with c = a · b and d = c + a -> the order from L in letters, as "L d c b a".
TT_SCENARIO(lesson_graph) {
  const Tensor a(Array(Shape{}, 2.0f), true), b(Array(Shape{}, 3.0f), true);
  const Tensor c = a * b, d = c + a, l = c * d;
  const std::unordered_map<const Node*, std::string> names = {
      {a.node(), "a"}, {b.node(), "b"}, {c.node(), "c"}, {d.node(), "d"}, {l.node(), "L"}};
  std::string words;
  for (const Node* node : topological_order(l.node())) {
    const auto name = names.find(node);
    words += (words.empty() ? "" : " ") + (name == names.end() ? "?" : name->second);
  }
  out.set("order", words);
}

/// Nodes 0 to n - 1, of which the last is the root. edges (E, 2) holds pairs (result, input), in the order of results.
/// A node without inputs is a leaf; requires says which of them ask for a gradient. -> the order, as numbers of nodes;
/// -1 for a node that is none of them.
TT_SCENARIO(graph) {
  const std::vector<std::int64_t> edges = in.integers("edges"), requires_grad = in.integers("requires");
  std::vector<Tensor> nodes;
  std::unordered_map<const Node*, std::int64_t> numbers;
  nodes.reserve(requires_grad.size());
  numbers.reserve(requires_grad.size());
  const Array value(Shape{}, 0.0f);
  std::size_t edge = 0;
  for (std::size_t i = 0; i < requires_grad.size(); ++i) {
    std::vector<Tensor> inputs;
    for (; edge + 1 < edges.size() && edges[edge] == static_cast<std::int64_t>(i); edge += 2)
      inputs.push_back(nodes.at(static_cast<std::size_t>(edges[edge + 1])));
    nodes.push_back(inputs.empty() ? Tensor(value, requires_grad[i] != 0)
                                   : make_op("node", value, inputs, [](const Array&, const std::vector<Tensor>&) {}));
    numbers[nodes.back().node()] = static_cast<std::int64_t>(i);
  }
  std::vector<std::int64_t> order;
  for (const Node* node : topological_order(nodes.back().node())) {
    const auto number = numbers.find(node);
    order.push_back(number == numbers.end() ? -1 : number->second);
  }
  out.set_integers("order", order);
}
