#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

using Edges = std::vector<std::int64_t>;  ///< result, input, result, input, …

void give_graph(Trial& trial, const Edges& edges, const std::vector<std::int64_t>& requires_grad) {
  trial.give_integers("edges", edges, {static_cast<std::int64_t>(edges.size()) / 2, 2});
  trial.give_integers("requires", requires_grad).run();
}

}  // namespace

TEST(TopologicalOrder, ANodeComesAfterAllThatWasMadeFromIt) {
  Trial trial("lesson_graph");
  trial.run();
  const std::string order = trial.text("order");
  trial.expect(order == "L d c b a" || order == "L d c a b",
               "the order is `" + order + "`, and L = c · d, d = c + a, c = a · b allow `L d c b a` and `L d c a b`");
}

TEST(TopologicalOrder, ALeafIsItsOwnOrder) {
  Trial trial("graph");
  give_graph(trial, {}, {1});
  trial.expect_integers("order", {0});
}

// Node 5 is made from 4 and 0, 4 from 3 and 0, 3 from 2, 2 from 1, 1 from 0: one order only.
TEST(TopologicalOrder, AShortWayWaitsForTheLongOne) {
  Trial trial("graph");
  give_graph(trial, {1, 0, 2, 1, 3, 2, 4, 3, 4, 0, 5, 0, 5, 4}, {1, 0, 0, 0, 0, 0});
  trial.expect_integers("order", {5, 4, 3, 2, 1, 0});
}

// Each of 12 nodes is the one before added to itself: 4,096 paths, 13 nodes.
TEST(TopologicalOrder, EveryNodeComesOnce) {
  Edges edges;
  std::vector<std::int64_t> requires_grad = {1}, expected = {0};
  for (std::int64_t i = 1; i <= 12; ++i) {
    edges.insert(edges.end(), {i, i - 1, i, i - 1});
    requires_grad.push_back(0);
    expected.insert(expected.begin(), i);
  }
  Trial trial("graph");
  give_graph(trial, edges, requires_grad);
  trial.expect_integers("order", expected);
}

// 0 asks for a gradient, 1 does not; 2 is made from 1 alone, 3 from 2 and 0.
TEST(TopologicalOrder, ConstantsAreLeftOut) {
  Trial trial("graph");
  give_graph(trial, {2, 1, 3, 2, 3, 0}, {1, 0, 0, 0});
  trial.expect_integers("order", {3, 0});
}
