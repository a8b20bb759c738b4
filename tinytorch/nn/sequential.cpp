#include "tinytorch/nn/sequential.h"

#include <typeinfo>

#include "tinytorch/base/error.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

/// A Linear and the ReLU behind it in one kernel call. It stands in the plan only: names and descriptions do not show
/// it.
class LinearReLU : public Module {
 public:
  explicit LinearReLU(std::shared_ptr<Linear> layer) : layer_(std::move(layer)) {}
  Tensor forward(const Tensor& x) override { return linear(x, layer_->weight(), layer_->bias(), true); }
  std::string describe() const override { return layer_->describe(); }

 private:
  std::shared_ptr<Linear> layer_;
};

template <class Exact>
bool is_exactly(const Module& module) {
  return typeid(module) == typeid(Exact);
}

}  // namespace

Sequential::Sequential(std::vector<ModulePtr> modules) : modules_(std::move(modules)) {
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    if (!modules_[i]) throw Error("[sequential] module " + std::to_string(i) + " is null");
  }
  plan();
}

void Sequential::plan() {
  steps_.clear();
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    const bool joined =
        i + 1 < modules_.size() && is_exactly<Linear>(*modules_[i]) && is_exactly<ReLU>(*modules_[i + 1]);
    if (joined) {
      steps_.push_back(std::make_shared<LinearReLU>(std::static_pointer_cast<Linear>(modules_[i])));
      ++i;
    } else {
      steps_.push_back(modules_[i]);
    }
  }
}

std::string Sequential::describe() const {
  std::string text = "Sequential(";
  for (std::size_t i = 0; i < modules_.size(); ++i) text += (i ? ", " : "") + modules_[i]->describe();
  return text + ")";
}

std::vector<NamedTensor> Sequential::named_parameters() const {
  std::vector<NamedTensor> result;
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    for (NamedTensor& inner : modules_[i]->named_parameters()) {
      result.push_back({std::to_string(i) + "." + inner.name, std::move(inner.tensor)});
    }
  }
  return result;
}

void Sequential::set_training(bool on) {
  Module::set_training(on);
  for (const ModulePtr& module : modules_) module->set_training(on);
}

std::vector<Rng*> Sequential::generators() {
  std::vector<Rng*> result;
  for (const ModulePtr& module : modules_) {
    for (Rng* generator : module->generators()) result.push_back(generator);
  }
  return result;
}

void Sequential::replace(std::size_t index, ModulePtr module) {
  if (index >= modules_.size()) {
    throw Error("[sequential] no module " + std::to_string(index) + " to replace: there are " +
                std::to_string(modules_.size()));
  }
  if (!module) throw Error("[sequential] module " + std::to_string(index) + " is to be replaced by null");
  module->set_training(training());
  modules_[index] = std::move(module);
  plan();
}

}  // namespace tinytorch
