#include <unordered_map>

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch::testing {
namespace {

using ::testing::ElementsAre;

TEST(Backward, AddsToLeavesAndFreesTheRest) {
  Tensor x({2}, {3, 4}, true);
  const Tensor y = x * x;
  sum(y).backward();
  EXPECT_THAT(list(x.grad()), ElementsAre(6, 8));
  EXPECT_FALSE(y.grad().defined());
  sum(x * 10.0f).backward();
  EXPECT_THAT(list(x.grad()), ElementsAre(16, 18));
  x.zero_grad();
  EXPECT_FALSE(x.grad().defined());
}

TEST(Backward, FromALeafAddsTheSeed) {
  Tensor x({2}, {3, 4}, true);
  const Array seed({2}, {1, 2});
  x.backward(seed);
  x.backward(seed);
  EXPECT_THAT(list(x.grad()), ElementsAre(2, 4));
  EXPECT_FALSE(x.grad().shares_memory_with(seed));
}

TEST(Backward, CountsEveryUseOfAValue) {
  Tensor x({1}, {3}, true);
  const Tensor y = x * x;      // 9
  (y * y + y + x).backward();  // x⁴ + x² + x
  EXPECT_EQ(x.grad().item(), 4 * 27 + 2 * 3 + 1);
}

TEST(Backward, LeavesWithoutRequestAlone) {
  Tensor x({1}, {2}, true), c({1}, {3});
  (x * c).backward();
  EXPECT_EQ(x.grad().item(), 3);
  EXPECT_FALSE(c.grad().defined());
}

TEST(Backward, WantsANumberOrASeedThatFits) {
  Tensor x({2}, {1, 2}, true);
  EXPECT_THROW((x * x).backward(), Error);
  EXPECT_THROW((x * x).backward(Array({3}, 1.0f)), Error);
  EXPECT_THROW(Tensor({1}, {1}).backward(), Error);
  EXPECT_THROW(Tensor().backward(), Error);
  EXPECT_FALSE(x.grad().defined());
}

TEST(Backward, ThroughAUsedGraphIsAnError) {
  Tensor x({1}, {3}, true);
  const Tensor shared = x * x, first = shared * 2.0f, second = shared * 5.0f;
  first.backward();
  EXPECT_THROW(first.backward(), Error);
  EXPECT_THROW(second.backward(), Error);  // a part of it was used
  EXPECT_THROW((shared + 1.0f).backward(), Error);
  EXPECT_EQ(x.grad().item(), 12);  // none of these changed anything
  EXPECT_FALSE(first.is_leaf());
  EXPECT_EQ(shared.item(), 9);
}

TEST(Backward, ThatRefusesAUsedPartLeavesTheOtherPartsUsable) {
  Tensor x({1}, {3}, true);
  const Tensor used = x * 2.0f, fresh = x * 5.0f;
  used.backward();
  EXPECT_THROW((used + fresh).backward(), Error);
  x.zero_grad();
  fresh.backward();
  EXPECT_EQ(x.grad().item(), 5);
}

TEST(Backward, RetainedCanBeRepeated) {
  Tensor x({1}, {3}, true);
  const Tensor y = x * x, z = y * 2.0f;
  z.backward(true);
  EXPECT_EQ(x.grad().item(), 12);
  z.backward(true);
  EXPECT_EQ(x.grad().item(), 24);
  y.backward();
  EXPECT_EQ(x.grad().item(), 30);
}

TEST(Backward, ThatThrowsLeavesNoHalfDoneGradients) {
  Tensor x({1}, {3}, true);
  bool broken = true;
  const Tensor a = x * 2.0f;
  const Tensor b = make_op("fragile", a.value().clone(), {a}, [&](const Array& dy, const std::vector<Tensor>& in) {
    if (broken) throw Error("[fragile] broke");
    in[0].add_grad(dy);
  });
  const Tensor c = a + b;
  EXPECT_THROW(c.backward(true), Error);
  broken = false;
  c.backward(true);
  EXPECT_EQ(x.grad().item(), 4);  // 2 for each path: nothing was left over from the failure
  broken = true;
  EXPECT_THROW(c.backward(), Error);
  broken = false;
  EXPECT_THROW(c.backward(), Error);  // half of the graph may be gone: it counts as used
  EXPECT_EQ(x.grad().item(), 4);
}

TEST(Gradients, KeptWithoutCopyingAreNeverWrittenThrough) {
  Tensor a({2}, {1, 2}, true), b({2}, {3, 4}, true);
  const Array seed({2}, {1, 1});
  (a + b).backward(seed);  // both may hold the same memory now
  sum(a * 10.0f).backward();
  EXPECT_THAT(list(a.grad()), ElementsAre(11, 11));
  EXPECT_THAT(list(b.grad()), ElementsAre(1, 1));
  EXPECT_THAT(list(seed), ElementsAre(1, 1));
  (a + b).backward(seed);
  b.mutable_grad().data()[0] = 100;
  EXPECT_THAT(list(a.grad()), ElementsAre(12, 12));
  EXPECT_THAT(list(seed), ElementsAre(1, 1));
}

TEST(Gradients, OfTheWrongShapeAreAnError) {
  const Tensor x({2}, {1, 2}, true);
  EXPECT_THROW(x.add_grad(Array({3}, 0.0f)), Error);
  EXPECT_THROW(x.add_grad(Array()), Error);
}

TEST(Detach, SharesTheValueAndForgetsTheHistory) {
  Tensor x({1}, {3}, true);
  const Tensor y = x * x, cut = y.detach();
  EXPECT_FALSE(cut.requires_grad());
  EXPECT_TRUE(cut.is_leaf());
  EXPECT_TRUE(cut.value().shares_memory_with(y.value()));
  (cut * x).backward();
  EXPECT_EQ(x.grad().item(), 9);  // cut counts as a constant
}

TEST(NoGrad, RecordsNothingWhileAliveAndNests) {
  Tensor x({1}, {3}, true);
  const std::int64_t before = live_nodes();
  {
    const NoGrad outer;
    EXPECT_FALSE(grad_enabled());
    { const NoGrad inner; }
    EXPECT_FALSE(grad_enabled());
    const Tensor y = relu(x * x);
    EXPECT_FALSE(y.requires_grad());
    EXPECT_TRUE(y.is_leaf());
    EXPECT_EQ(live_nodes(), before + 1);  // x * x is gone already
  }
  EXPECT_TRUE(grad_enabled());
  EXPECT_TRUE((x * x).requires_grad());
}

/// A gradient function that counts how often it is copied or moved to be kept.
struct Counted {
  explicit Counted(int* times) : kept(times) {}
  Counted(const Counted& other) : kept(other.kept) { ++*kept; }
  Counted& operator=(const Counted&) = delete;
  void operator()(const Array&, const std::vector<Tensor>&) const {}
  int* kept;
};

TEST(MakeOp, KeepsTheGradientFunctionOnlyWhereThereIsHistory) {
  Tensor x({1}, {3}, true), c({1}, {3});
  int kept = 0;
  {
    const NoGrad guard;
    make_op("test", x.value(), {x}, Counted(&kept));
  }
  make_op("test", c.value(), {c}, Counted(&kept));
  make_op("test", c.value(), std::vector<Tensor>{c, c}, Counted(&kept));
  EXPECT_EQ(kept, 0);
  make_op("test", x.value(), {c, x}, Counted(&kept));
  EXPECT_GT(kept, 0);
}

TEST(RequiresGrad, CanBeSwitchedOnLeavesOnly) {
  Tensor x({1}, {3});
  EXPECT_FALSE((x * x).requires_grad());
  x.set_requires_grad(true);
  Tensor y = x * x;
  EXPECT_TRUE(y.requires_grad());
  EXPECT_THROW(y.set_requires_grad(false), Error);
}

TEST(Tensor, ThatIsUndefinedIsAnErrorToUse) {
  const Tensor none, x({1}, {1}, true);
  EXPECT_THROW(none.value(), Error);
  EXPECT_THROW(x + none, Error);
  EXPECT_THROW(relu(none), Error);
  EXPECT_THROW(linear(x, none, none), Error);
  EXPECT_THROW(Tensor{Array{}}, Error);
}

TEST(Graph, IsFreedWhenDroppedWithAndWithoutBackward) {
  const std::int64_t before = live_nodes();
  const std::uint64_t blocks = array_memory().blocks_in_use;
  {
    Tensor x({2, 2}, {1, 2, 3, 4}, true), w({2, 2}, {1, 0, 0, 1}, true);
    { const Tensor unused = softmax(matmul(relu(x), w)) / sum(square(x)); }
    EXPECT_EQ(live_nodes(), before + 2);
    mean(log_softmax(linear(x, w, {}, true))).backward();
    EXPECT_EQ(live_nodes(), before + 2);
    const Tensor kept = max(concat({x, w}) * 2.0f);
    EXPECT_GT(live_nodes(), before + 3);
    kept.backward();
    EXPECT_EQ(live_nodes(), before + 3);  // the graph went, the number stays
    sum(x * w).backward(true);
    EXPECT_THROW(matmul(x, Tensor({3, 1}, {1, 2, 3})), Error);
  }
  EXPECT_EQ(live_nodes(), before);
  EXPECT_EQ(array_memory().blocks_in_use, blocks);
}

TEST(Graph, ChainsAHundredThousandDeepNeedNoDeepStack) {
  const std::int64_t before = live_nodes();
  {
    Tensor x({1}, {1}, true), y = x;
    for (int i = 0; i < 100'000; ++i) y = y + 1.0f;
    EXPECT_EQ(live_nodes(), before + 100'001);
    y.backward();
    EXPECT_EQ(x.grad().item(), 1);
    EXPECT_EQ(live_nodes(), before + 2);
    Tensor dropped = x;
    for (int i = 0; i < 100'000; ++i) dropped = dropped * x;
  }
  EXPECT_EQ(live_nodes(), before);
}

TEST(Graph, WithAMillionPathsIsWalkedOncePerNode) {
  Tensor x({1}, {1}, true), y = x;
  int calls = 0;
  for (int i = 0; i < 20; ++i) {
    y = make_op("double", add(y.value(), y.value()), {y, y}, [&calls](const Array& dy, const std::vector<Tensor>& in) {
      ++calls;
      for (const Tensor& input : in) input.add_grad(dy);
    });
  }
  EXPECT_EQ(topological_order(y.node()).size(), 21u);
  y.backward();
  EXPECT_EQ(calls, 20);
  EXPECT_EQ(x.grad().item(), 0x1p20f);

  Tensor z = x;
  x.zero_grad();
  for (int i = 0; i < 20; ++i) z = z + z;
  z.backward();
  EXPECT_EQ(x.grad().item(), 0x1p20f);
}

TEST(TopologicalOrder, PutsEveryNodeBeforeItsInputs) {
  Tensor x({1}, {1}, true), c({1}, {2});
  std::vector<Tensor> made{x};
  Rng rng(3);
  for (int i = 0; i < 200; ++i) made.push_back(made[rng.below(made.size())] * made[rng.below(made.size())] + c);
  Tensor all = made.back();
  for (const Tensor& t : made) all = all + t;
  const std::vector<Node*> order = topological_order(all.node());
  std::unordered_map<const Node*, std::size_t> place;
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_TRUE(place.emplace(order[i], i).second) << "twice in the order";
  for (const Node* const node : order) {
    for (const Tensor& input : node->inputs) {
      if (!input.requires_grad()) {
        EXPECT_EQ(place.count(input.node()), 0u);
      } else {
        EXPECT_LT(place.at(node), place.at(input.node()));
      }
    }
  }
  EXPECT_EQ(order.front(), all.node());
}

TEST(Linear, SkipsTheGradientOfAnInputThatNeedsNone) {
  const Tensor x({1, 2}, {1, 2});
  Tensor w({1, 2}, {3, 4}, true), b({1}, {0}, true);
  linear(x, w, b).backward();
  EXPECT_THAT(list(w.grad()), ElementsAre(1, 2));
  EXPECT_EQ(b.grad().item(), 1);
  EXPECT_FALSE(x.grad().defined());
}

}  // namespace
}  // namespace tinytorch::testing
