#include <algorithm>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Graph {
  std::vector<std::vector<std::int64_t>> inputs;
  std::vector<std::int64_t> requires_grad;  ///< of leaves
};

/// The first few nodes are leaves, one of which asks for a gradient; every other is made from one to three earlier ones.
Graph random_graph(Rng& rng, std::int64_t nodes) {
  Graph graph;
  const std::int64_t leaves = between(rng, 2, 5);
  for (std::int64_t i = 0; i < nodes; ++i) {
    std::vector<std::int64_t> inputs;
    for (std::int64_t k = i < leaves ? 0 : between(rng, 1, 3); k > 0; --k)
      inputs.push_back(between(rng, 0, 1) == 0 ? i - 1 : between(rng, 0, i - 1));
    graph.inputs.push_back(inputs);
    graph.requires_grad.push_back(i < leaves ? between(rng, 0, 1) : 0);
  }
  graph.requires_grad[static_cast<std::size_t>(leaves) - 1] = 1;
  graph.inputs.push_back({nodes - 1, leaves - 1});  // the root is made from something that requires a gradient
  graph.requires_grad.push_back(0);
  return graph;
}

void give_graph(Trial& trial, const Graph& graph) {
  std::vector<std::int64_t> edges;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i)
    for (const std::int64_t input : graph.inputs[i]) edges.insert(edges.end(), {static_cast<std::int64_t>(i), input});
  trial.give_integers("edges", edges, {static_cast<std::int64_t>(edges.size()) / 2, 2});
  trial.give_integers("requires", graph.requires_grad).run();
}

/// Those that require a gradient and that the last node was made from, and the last node.
std::vector<bool> members(const Graph& graph) {
  const std::size_t n = graph.inputs.size();
  std::vector<bool> required(n), reached(n);
  for (std::size_t i = 0; i < n; ++i) {
    required[i] = graph.requires_grad[i] != 0;
    for (const std::int64_t input : graph.inputs[i]) required[i] = required[i] || required[static_cast<std::size_t>(input)];
  }
  reached[n - 1] = true;
  for (std::size_t i = n; i-- > 0;) {
    reached[i] = reached[i] && required[i];
    for (const std::int64_t input : graph.inputs[i])
      if (reached[i]) reached[static_cast<std::size_t>(input)] = true;
  }
  return reached;
}

void expect_order(Trial& trial, const Graph& graph) {
  const std::vector<bool> wanted = members(graph);
  const std::vector<std::int64_t> order = trial.integers("order");
  std::vector<std::int64_t> place(wanted.size(), -1);
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::int64_t node = order[at];
    trial.expect(node >= 0 && node < static_cast<std::int64_t>(wanted.size()), "the order holds a node that is not of this graph");
    const auto i = static_cast<std::size_t>(node);
    trial.expect(wanted[i], "node " + std::to_string(node) + " requires no gradient, or the root was not made from it");
    trial.expect(place[i] < 0, "node " + std::to_string(node) + " comes twice");
    place[i] = static_cast<std::int64_t>(at);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i]) continue;
    trial.expect(place[i] >= 0, "node " + std::to_string(i) + " is missing");
    for (const std::int64_t input : graph.inputs[i]) {
      const auto k = static_cast<std::size_t>(input);
      trial.expect(!wanted[k] || place[k] > place[i],
                   "node " + std::to_string(input) + " comes before " + std::to_string(i) + ", which was made from it");
    }
  }
}

}  // namespace

TEST(TopologicalOrder, HoldsForRandomGraphs) {
  Rng rng = rng_of_this_test();
  for (std::int64_t nodes : {6, 8, 12, 20, 40, 80}) {
    const Graph graph = random_graph(rng, nodes);
    Trial trial("graph");
    give_graph(trial, graph);
    expect_order(trial, graph);
  }
}

// Recursion would need more than the stack has.
TEST(TopologicalOrder, AHundredThousandNodesDeep) {
  Rng rng = rng_of_this_test();
  const std::int64_t nodes = between(rng, 100'000, 110'000);
  Graph graph;
  std::vector<std::int64_t> expected;
  for (std::int64_t i = 0; i < nodes; ++i) {
    graph.inputs.push_back(i == 0 ? std::vector<std::int64_t>{} : std::vector<std::int64_t>{i - 1});
    graph.requires_grad.push_back(i == 0);
    expected.push_back(nodes - 1 - i);
  }
  Trial trial("graph");
  trial.limits({.wall_seconds = 60, .cpu_seconds = 20});  // a quarter of a second where nothing else runs
  give_graph(trial, graph);
  trial.expect_integers("order", expected);
}

// Twenty doublings have a million paths.
TEST(TopologicalOrder, AMillionPathsAreNoLongerThanTheirNodes) {
  Rng rng = rng_of_this_test();
  const std::int64_t nodes = between(rng, 40, 60);
  Graph graph;
  std::vector<std::int64_t> expected;
  for (std::int64_t i = 0; i < nodes; ++i) {
    graph.inputs.push_back(i == 0 ? std::vector<std::int64_t>{} : std::vector<std::int64_t>{i - 1, i - 1});
    graph.requires_grad.push_back(i == 0);
    expected.push_back(nodes - 1 - i);
  }
  Trial trial("graph");
  trial.limits({.wall_seconds = 20, .cpu_seconds = 3});  // a walk along every path takes for ever
  give_graph(trial, graph);
  trial.expect_integers("order", expected);
}
