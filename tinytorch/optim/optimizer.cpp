#include "tinytorch/optim/optimizer.h"

#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/adam/adam.h"
#include "tinytorch/kernels/sgd/sgd.h"

namespace tinytorch {
namespace {

/// @throws Error unless low <= value < high.
void require(const char* optimizer, const char* option, float value, float low, float high) {
  if (value >= low && value < high) return;
  throw Error("[" + std::string(optimizer) + "] " + option + " " + std::to_string(value) + " is not in [" +
              std::to_string(low) + ", " + (std::isinf(high) ? "inf" : std::to_string(high)) + ")");
}

std::vector<Array> zeros_like(const std::vector<Tensor>& parameters) {
  std::vector<Array> result;
  for (const Tensor& p : parameters) result.emplace_back(p.shape(), 0.0f);
  return result;
}

void append(std::vector<std::pair<std::string, Array>>& to, const std::string& name, const std::vector<Array>& arrays) {
  for (std::size_t i = 0; i < arrays.size(); ++i) to.emplace_back(name + "." + std::to_string(i), arrays[i]);
}

}  // namespace

Optimizer::Optimizer(std::vector<Tensor> parameters, float lr) : parameters_(std::move(parameters)), lr_(0) {
  if (parameters_.empty()) throw Error("[optimizer] there are no parameters to train");
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].requires_grad()) {
      throw Error("[optimizer] parameter " + std::to_string(i) + " of shape " + to_string(parameters_[i].shape()) +
                  " requires no gradient");
    }
  }
  set_lr(lr);
}

void Optimizer::set_lr(float lr) {
  require("optimizer", "lr", lr, 0, INFINITY);
  lr_ = lr;
}

void Optimizer::zero_grad() {
  for (Tensor& p : parameters_) p.zero_grad();
}

SGD::SGD(std::vector<Tensor> parameters, SGDOptions options)
    : Optimizer(std::move(parameters), options.lr), options_(options) {
  require("sgd", "momentum", options.momentum, 0, 1);
  require("sgd", "weight_decay", options.weight_decay, 0, INFINITY);
  if (options.nesterov && options.momentum == 0) throw Error("[sgd] nesterov needs a momentum above 0");
  if (options.momentum > 0) velocity_ = zeros_like(parameters_);
}

void SGD::step() {
  ++steps_;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Tensor& p = parameters_[i];
    if (!p.grad().defined()) continue;
    kernels::sgd_step({.count = p.size(),
                       .weight = p.mutable_value().data(),
                       .gradient = p.grad().data(),
                       .velocity = velocity_.empty() ? nullptr : velocity_[i].data(),
                       .lr = lr_,
                       .momentum = options_.momentum,
                       .weight_decay = options_.weight_decay,
                       .nesterov = options_.nesterov});
  }
}

Optimizer::State SGD::state() {
  State result{steps_, {}};
  append(result.arrays, "velocity", velocity_);
  return result;
}

Adam::Adam(std::vector<Tensor> parameters, AdamOptions options)
    : Optimizer(std::move(parameters), options.lr), options_(options) {
  require("adam", "beta1", options.beta1, 0, 1);
  require("adam", "beta2", options.beta2, 0, 1);
  require("adam", "epsilon", options.epsilon, 0, INFINITY);
  require("adam", "weight_decay", options.weight_decay, 0, INFINITY);
  m_ = zeros_like(parameters_);
  v_ = zeros_like(parameters_);
}

void Adam::step() {
  ++steps_;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Tensor& p = parameters_[i];
    if (!p.grad().defined()) continue;
    kernels::adam_step({.count = p.size(),
                        .weight = p.mutable_value().data(),
                        .gradient = p.grad().data(),
                        .m = m_[i].data(),
                        .v = v_[i].data(),
                        .lr = lr_,
                        .beta1 = options_.beta1,
                        .beta2 = options_.beta2,
                        .epsilon = options_.epsilon,
                        .weight_decay = options_.weight_decay,
                        .decoupled = decoupled_,
                        .step = steps_});
  }
}

Optimizer::State Adam::state() {
  State result{steps_, {}};
  append(result.arrays, "m", m_);
  append(result.arrays, "v", v_);
  return result;
}

AdamW::AdamW(std::vector<Tensor> parameters, AdamOptions options) : Adam(std::move(parameters), options) {
  decoupled_ = true;
}

std::unique_ptr<Optimizer> make_optimizer(std::string_view name, std::vector<Tensor> parameters,
                                          const OptimizerOptions& options) {
  const auto or_default = [](float value, float standard) { return value == 0 ? standard : value; };
  if (name == "sgd") {
    return std::make_unique<SGD>(std::move(parameters), SGDOptions{.lr = or_default(options.lr, SGDOptions().lr),
                                                                   .momentum = options.momentum,
                                                                   .weight_decay = options.weight_decay,
                                                                   .nesterov = options.nesterov});
  }
  AdamOptions adam{.lr = or_default(options.lr, AdamOptions().lr), .weight_decay = options.weight_decay};
  if (name == "adam") return std::make_unique<Adam>(std::move(parameters), adam);
  adam.weight_decay = or_default(adam.weight_decay, 0.01f);
  if (name == "adamw") return std::make_unique<AdamW>(std::move(parameters), adam);
  throw Error("[optimizer] \"" + std::string(name) + "\" is unknown; known are sgd, adam, adamw");
}

}  // namespace tinytorch
