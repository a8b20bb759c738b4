#include "tinytorch/nn/module.h"

#include <algorithm>

namespace tinytorch {

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> result;
  for (const NamedTensor& named : named_parameters()) {
    const bool seen = std::ranges::any_of(result, [&](const Tensor& t) { return t.node() == named.tensor.node(); });
    if (!seen) result.push_back(named.tensor);
  }
  return result;
}

EvaluationMode::EvaluationMode(Module& module) : module_(module), saved_(module.training()) {
  module_.set_training(false);
}
EvaluationMode::~EvaluationMode() { module_.set_training(saved_); }

}  // namespace tinytorch
