#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

// Weights of -2 to 2 and few nodes: all numbers are whole and small, so float arithmetic is exact in every order.
TEST(Backward, HoldsForRandomGraphs) {
  Rng rng = rng_of_this_test();
  for (int round = 0; round < 8; ++round) {
    const std::int64_t leaves = between(rng, 1, 4), nodes = leaves + between(rng, 2, 9), width = between(rng, 1, 3);
    std::vector<std::int64_t> edges;
    std::vector<float> weights;
    const auto connect = [&](std::int64_t result, std::int64_t input) {
      edges.insert(edges.end(), {result, input});
      weights.push_back(static_cast<float>(between(rng, -2, 2)));
    };
    for (std::int64_t i = leaves; i < nodes; ++i) {
      connect(i, i - 1);
      for (std::int64_t k = between(rng, 0, 2); k > 0; --k) connect(i, between(rng, 0, i - 1));
    }
    for (std::int64_t i = 0; i < leaves; ++i) connect(nodes - 1, i);  // every leaf is used
    Array seed(Shape{width});
    for (float& value : seed.values()) value = static_cast<float>(between(rng, -3, 3));

    std::vector<std::int64_t> slope(static_cast<std::size_t>(nodes));  // of the root in each node, from the root down
    slope.back() = 1;
    for (std::size_t edge = weights.size(); edge-- > 0;) {
      const auto result = static_cast<std::size_t>(edges[2 * edge]), input = static_cast<std::size_t>(edges[2 * edge + 1]);
      slope[input] += static_cast<std::int64_t>(weights[edge]) * slope[result];
    }
    Array expected(Shape{leaves, width});
    for (std::int64_t i = 0; i < expected.size(); ++i)
      expected.data()[i] = static_cast<float>(slope[static_cast<std::size_t>(i / width)]) * seed.data()[i % width];

    Trial trial("weighted_sums");
    trial.give_integers("edges", edges, {static_cast<std::int64_t>(weights.size()), 2});
    trial.give("weights", Array({static_cast<std::int64_t>(weights.size())}, std::span<const float>(weights)));
    trial.give("nodes", nodes).give("leaves", leaves).give("seed", seed).run();
    trial.expect_array("gradients", expected);
  }
}

TEST(Backward, ARefusedCallChangesNothing) {
  Rng rng = rng_of_this_test();
  const auto x = static_cast<float>(between(rng, 2, 50));
  Trial trial("refused");
  trial.give("x", Array(Shape{}, x)).run();
  trial.expect(trial.integer("refused") == 1, "a part of the graph was used, and the call was not refused");
  trial.expect_array("before", Array(Shape{}, 2 * x));
  trial.expect_array("after", Array(Shape{}, 2 * x));
  trial.expect_array("of_fresh", Array(Shape{}, 2 * x));
}

TEST(Backward, FreesNodesAndFunctionsUnlessRetained) {
  Rng rng = rng_of_this_test();
  const std::int64_t depth = between(rng, 20, 60);
  Trial used("freed");
  used.give("depth", depth).give("retain", false).run();
  used.expect_array("dx", Array(Shape{}, static_cast<float>(depth + 1)));  // x · x · … with x = 1
  used.expect(used.integer("nodes") == 0, std::to_string(used.integer("nodes")) + " nodes between leaf and root are still there");
  used.expect(used.integer("functions") == 0, std::to_string(used.integer("functions")) + " gradient functions are still there");
  Trial retained("freed");
  retained.give("depth", depth).give("retain", true).run();
  retained.expect(retained.integer("nodes") == depth + 1, "a retained graph keeps its nodes");
  retained.expect(retained.integer("functions") == 2, "a retained graph keeps its gradient functions");
}

TEST(Backward, ANodeWithoutAGradientHandsNothingOn) {
  Rng rng = rng_of_this_test();
  const Array x = normal_array(rng, {between(rng, 1, 5)});
  Trial trial("nothing_handed_on");
  trial.give("x", x).run();
  trial.expect(trial.integer("calls") == 0, "a gradient function was called for a node that no gradient came to");
  trial.expect_array("dx", x);
}
