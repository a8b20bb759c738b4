#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/sequential.h"
#include "tinytorch/tensor/ops.h"

using namespace tinytorch;

namespace {

/// "affine 2 1": y = 2 x + 1. Counts its calls, so that a step that runs twice or never shows.
class Affine : public Module {
 public:
  Affine(float factor, float offset) : factor_(factor), offset_(offset) {}
  Tensor forward(const Tensor& x) override {
    ++calls;
    return x * factor_ + offset_;
  }
  std::string describe() const override { return "Affine()"; }
  std::int64_t calls = 0;

 private:
  float factor_, offset_;
};

}  // namespace

/// x, factors, offsets -> y of a Sequential of y = factor · x + offset, one after the other, the calls of each, and
/// dx = the gradient of sum(y).
TT_SCENARIO(affine_chain) {
  const Array factors = in.array("factors"), offsets = in.array("offsets");
  std::vector<std::shared_ptr<Affine>> chain;
  std::vector<ModulePtr> modules;
  for (std::int64_t i = 0; i < factors.size(); ++i) {
    chain.push_back(std::make_shared<Affine>(factors.data()[i], offsets.data()[i]));
    modules.push_back(chain.back());
  }
  Sequential model(modules);
  const Tensor x(in.array("x"), true);
  const Tensor y = model(x);
  std::vector<std::int64_t> calls;
  for (const auto& module : chain) calls.push_back(module->calls);
  out.set("y", y.value());
  out.set_integers("calls", calls);
  if (y.node() == x.node()) return;  // no steps: nothing to differentiate
  sum(y).backward();
  out.set("dx", x.grad());
}

/// x and two layers' weights and biases -> y = Sequential(Linear, ReLU, Linear), and the operations on the way from y
/// back to x: with the plan, Linear and ReLU are one.
TT_SCENARIO(network) {
  Sequential model(Linear(Tensor(in.array("weight_0")), Tensor(in.array("bias_0"))), ReLU(),
                   Linear(Tensor(in.array("weight_1")), Tensor(in.array("bias_1"))));
  const Tensor y = model(Tensor(in.array("x")));
  out.set("y", y.value());
  std::int64_t operations = 0;
  for (const Node* node = y.node(); !node->inputs.empty(); node = node->inputs[0].node()) ++operations;
  out.set("operations", operations);
}
