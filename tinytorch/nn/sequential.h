#pragma once
#include <utility>

#include "tinytorch/nn/layers.h"

namespace tinytorch {

/// Modules one after the other. It nests: the parameters of module i are named "i.name".
class Sequential : public Module {
 public:
  explicit Sequential(std::vector<ModulePtr> modules);

  /// Sequential(Linear(784, 128, rng), ReLU(), Linear(128, 10, rng))
  template <class First, class... Rest>
    requires(std::is_base_of_v<Module, First> && (std::is_base_of_v<Module, Rest> && ...) &&
             !(sizeof...(Rest) == 0 && std::is_base_of_v<Sequential, First>))
  explicit Sequential(First first, Rest... rest)
      : Sequential(std::vector<ModulePtr>{std::make_shared<First>(std::move(first)),
                                          std::make_shared<Rest>(std::move(rest))...}) {}

  /// Exercise: exercises/04_layers/sequential_forward.cpp
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;  ///< "Sequential(Linear(784, 128), ReLU(), Linear(128, 10))"
  std::vector<NamedTensor> named_parameters() const override;
  void set_training(bool on) override;
  std::vector<Rng*> generators() override;

  const std::vector<ModulePtr>& modules() const { return modules_; }
  /// Puts another module in a place, e.g. a quantized one. @throws Error if there is no such place.
  void replace(std::size_t index, ModulePtr module);

 private:
  void plan();

  std::vector<ModulePtr> modules_;
  std::vector<ModulePtr> steps_;  ///< what forward runs: modules_ with each Linear and the ReLU behind it made one
};

}  // namespace tinytorch
