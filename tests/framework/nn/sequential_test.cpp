#include "tinytorch/nn/sequential.h"

#include <gmock/gmock.h>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

std::vector<std::string> names(const Module& module) {
  std::vector<std::string> result;
  for (const NamedTensor& named : module.named_parameters()) result.push_back(named.name);
  return result;
}

bool same_bytes(const Array& a, const Array& b) {
  return a.shape() == b.shape() && std::ranges::equal(a.values(), b.values());
}

TEST(Sequential, NamesParametersByTheirPath) {
  Rng rng(1);
  const Sequential inner(Linear(4, 4, rng), ReLU(), Linear(4, 2, rng, false));
  const Sequential model(Linear(3, 4, rng), ReLU(), inner);
  EXPECT_THAT(names(model), ::testing::ElementsAre("0.weight", "0.bias", "2.0.weight", "2.0.bias", "2.2.weight"));
  EXPECT_EQ(model.describe(),
            "Sequential(Linear(3, 4), ReLU(), Sequential(Linear(4, 4), ReLU(), Linear(4, 2, bias=false)))");
}

TEST(Sequential, GivesWhatItsModulesGiveOneByOne) {
  Rng rng(1);
  Sequential model(Linear(5, 7, rng), ReLU(), Linear(7, 7, rng, false), ReLU(), ReLU(), Tanh(), Linear(7, 3, rng));
  const Tensor x = normal({9, 5}, 0, 1, rng);
  Tensor expected = x;
  for (const ModulePtr& module : model.modules()) expected = (*module)(expected);
  // Fused and unfused sums run in the same order, so not a bit may differ.
  EXPECT_TRUE(same_bytes(model(x).value(), expected.value()));
}

TEST(Sequential, GivesTheGradientsThatItsModulesGiveOneByOne) {
  Rng rng(1);
  Sequential model(Linear(5, 7, rng), ReLU(), Linear(7, 3, rng));
  const Tensor x = normal({9, 5}, 0, 1, rng);
  sum(square(model(x))).backward();
  std::vector<Array> fused;
  for (Tensor& p : model.parameters()) {
    fused.push_back(p.grad());
    p.zero_grad();
  }
  Tensor y = x;
  for (const ModulePtr& module : model.modules()) y = (*module)(y);
  sum(square(y)).backward();
  const std::vector<Tensor> parameters = model.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) EXPECT_TRUE(same_bytes(fused[i], parameters[i].grad())) << i;
}

TEST(Sequential, JoinsLinearAndReLUIntoOneOperation) {
  Rng rng(1);
  Sequential model(Linear(5, 7, rng), ReLU(), Linear(7, 3, rng));
  const Tensor y = model(zeros({1, 5}));
  // The result, the joined layer and its weight and bias, x: the second Linear sees a node made from the first alone.
  const Node* hidden = y.node()->inputs.at(0).node();
  ASSERT_FALSE(hidden->inputs.empty());
  EXPECT_EQ(hidden->inputs[0].shape(), (Shape{1, 5}));
}

TEST(Sequential, ReplacesAModuleAndPlansAgain) {
  Rng rng(1);
  Sequential model(Linear(2, 2, rng), ReLU());
  const Tensor x({1, 2}, {1, 2});
  model.replace(1, std::make_shared<Tanh>());
  EXPECT_TRUE(same_bytes(model(x).value(), tanh((*model.modules()[0])(x)).value()));
  model.replace(0, std::make_shared<Linear>(Tensor({2, 2}, {-1, 0, 0, 1}), Tensor()));
  model.replace(1, std::make_shared<ReLU>());
  EXPECT_THAT(model(x).value().values(), ::testing::ElementsAre(0, 2));
  EXPECT_THAT(names(model), ::testing::ElementsAre("0.weight"));
}

TEST(Sequential, RefusesToReplaceWhatIsNotThere) {
  Rng rng(1);
  Sequential model(Linear(2, 2, rng), ReLU());
  EXPECT_THROW(model.replace(2, std::make_shared<ReLU>()), Error);
  EXPECT_THROW(model.replace(0, nullptr), Error);
  EXPECT_THROW(Sequential(std::vector<ModulePtr>{nullptr}), Error);
}

TEST(Sequential, SetsTheModeOfEveryModuleInside) {
  Rng rng(1);
  Sequential model(Dropout(0.5f, rng), Sequential(ReLU(), Dropout(0.5f, rng)));
  const Tensor x = ones({4, 4});
  EXPECT_FALSE(same_bytes(model(x).value(), x.value()));
  model.set_training(false);
  EXPECT_TRUE(same_bytes(model(x).value(), x.value()));
  EXPECT_EQ(model.generators().size(), 2u);
}

TEST(Sequential, WithoutModulesIsTheIdentity) {
  Sequential model(std::vector<ModulePtr>{});
  const Tensor x = ones({2, 2});
  EXPECT_EQ(model(x).node(), x.node());
}

TEST(Module, GivesASharedParameterOnce) {
  Rng rng(1);
  const auto layer = std::make_shared<Linear>(2, 2, rng);
  const Sequential model(std::vector<ModulePtr>{layer, layer});
  EXPECT_EQ(model.named_parameters().size(), 4u);
  EXPECT_EQ(model.parameters().size(), 2u);
}

}  // namespace
}  // namespace tinytorch
