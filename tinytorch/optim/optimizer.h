#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tinytorch/tensor/tensor.h"

namespace tinytorch {

/// Updates parameters from their gradients.
class Optimizer {
 public:
  /// @throws Error if there are no parameters or one requires no gradient.
  Optimizer(std::vector<Tensor> parameters, float lr);
  virtual ~Optimizer() = default;

  virtual void step() = 0;  ///< parameters without a gradient stay as they are
  void zero_grad();
  virtual std::string name() const = 0;  ///< "sgd", "adam", "adamw"

  float lr() const { return lr_; }
  void set_lr(float lr);  ///< @throws Error if lr is negative, NaN or infinite
  const std::vector<Tensor>& parameters() const { return parameters_; }

  /// What to save beside the parameters, in a fixed order: arrays like the parameters ("m.0", "v.0", …), which share
  /// memory with the optimizer's, so that writing to them restores it.
  struct State {
    std::int64_t steps = 0;
    std::vector<std::pair<std::string, Array>> arrays;
  };
  virtual State state() = 0;
  virtual void set_steps(std::int64_t steps) = 0;

 protected:
  std::vector<Tensor> parameters_;
  float lr_;
};

struct SGDOptions {
  float lr = 0.1f;
  float momentum = 0;
  float weight_decay = 0;
  bool nesterov = false;
};

/// Stochastic gradient descent; the step is kernels::sgd_step.
class SGD : public Optimizer {
 public:
  SGD(std::vector<Tensor> parameters, SGDOptions options = {});
  void step() override;
  std::string name() const override { return "sgd"; }
  State state() override;
  void set_steps(std::int64_t steps) override { steps_ = steps; }

 private:
  SGDOptions options_;
  std::vector<Array> velocity_;  ///< empty without momentum
  std::int64_t steps_ = 0;
};

struct AdamOptions {
  float lr = 1e-3f;
  float beta1 = 0.9f, beta2 = 0.999f;
  float epsilon = 1e-8f;
  float weight_decay = 0;
};

/// Adam; the step is kernels::adam_step.
class Adam : public Optimizer {
 public:
  Adam(std::vector<Tensor> parameters, AdamOptions options = {});
  void step() override;
  std::string name() const override { return "adam"; }
  State state() override;
  void set_steps(std::int64_t steps) override { steps_ = steps; }

 protected:
  AdamOptions options_;
  bool decoupled_ = false;
  std::vector<Array> m_, v_;
  std::int64_t steps_ = 0;
};

/// Adam with decoupled weight decay.
class AdamW : public Adam {
 public:
  AdamW(std::vector<Tensor> parameters, AdamOptions options = {.weight_decay = 0.01f});
  std::string name() const override { return "adamw"; }
};

/// Options of any optimizer, as plain data; each takes what concerns it.
struct OptimizerOptions {
  float lr = 0;            ///< 0: 0.1 for SGD, 0.001 for Adam and AdamW
  float momentum = 0.9f;   ///< of SGD
  float weight_decay = 0;  ///< 0: none; for AdamW 0.01
  bool nesterov = false;   ///< of SGD
};

/// @param name  "sgd", "adam" or "adamw"
/// @throws Error listing the names on any other.
std::unique_ptr<Optimizer> make_optimizer(std::string_view name, std::vector<Tensor> parameters,
                                          const OptimizerOptions& options);

}  // namespace tinytorch
