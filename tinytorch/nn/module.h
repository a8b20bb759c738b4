#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tinytorch/tensor/tensor.h"

namespace tinytorch {

struct NamedTensor {
  std::string name;  ///< path from the root of the model: "0.weight", "2.1.bias"
  Tensor tensor;
};

/// A part of a network: a function of a tensor, with parameters.
class Module {
 public:
  Module() = default;
  virtual ~Module() = default;

  virtual Tensor forward(const Tensor& x) = 0;
  Tensor operator()(const Tensor& x) { return forward(x); }

  /// How to make it again, without its values: "Linear(784, 128)". parse_architecture reads it back.
  virtual std::string describe() const = 0;

  /// Parameters with their names, in the order they were added.
  virtual std::vector<NamedTensor> named_parameters() const { return {}; }
  std::vector<Tensor> parameters() const;  ///< the same, without names; one that has two names comes once

  /// Training and evaluation differ in Dropout.
  virtual void set_training(bool on) { training_ = on; }
  bool training() const { return training_; }

  /// Generators that forward draws from, so that a checkpoint can hold their state.
  virtual std::vector<Rng*> generators() { return {}; }

 private:
  bool training_ = true;
};

using ModulePtr = std::shared_ptr<Module>;

/// While alive, a module is in evaluation mode; then it gets its mode back.
class EvaluationMode {
 public:
  explicit EvaluationMode(Module& module);
  ~EvaluationMode();
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  Module& module_;
  bool saved_;
};

}  // namespace tinytorch
