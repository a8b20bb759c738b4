#pragma once
#include "tinytorch/nn/module.h"

namespace tinytorch {

/// y = x Wᵀ + b. weight is (out_features, in_features), as the checkpoints of the field have it; bias is
/// (out_features). Both start uniform in ±1/sqrt(in_features).
class Linear : public Module {
 public:
  Linear(std::int64_t in_features, std::int64_t out_features, Rng& rng, bool bias = true);
  /// From given values, which become parameters: they require gradients from here on. bias may be undefined.
  /// @throws Error if the shapes do not fit.
  Linear(Tensor weight, Tensor bias);

  Tensor forward(const Tensor& x) override;  ///< x (batch, in_features)
  std::string describe() const override;     ///< "Linear(784, 128)", "Linear(784, 128, bias=false)"
  std::vector<NamedTensor> named_parameters() const override;

  std::int64_t in_features() const { return weight_.dim(1); }
  std::int64_t out_features() const { return weight_.dim(0); }
  const Tensor& weight() const { return weight_; }
  const Tensor& bias() const { return bias_; }

 private:
  Tensor weight_, bias_;
};

class ReLU : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override { return "ReLU()"; }
};

class Sigmoid : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override { return "Sigmoid()"; }
};

class Tanh : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override { return "Tanh()"; }
};

class GELU : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override { return "GELU()"; }
};

/// Over the last axis.
class Softmax : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override { return "Softmax()"; }
};

/// In training, sets each value to 0 with probability p and multiplies the others by 1 / (1 - p); otherwise the
/// identity.
class Dropout : public Module {
 public:
  /// The masks come from a generator of its own, seeded by `rng`. @throws Error if p is outside [0, 1).
  Dropout(float p, Rng& rng);

  /// Exercise: exercises/04_layers/dropout.cpp
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;  ///< "Dropout(0.5)"
  std::vector<Rng*> generators() override { return {&rng_}; }
  float p() const { return p_; }

 private:
  float p_;
  Rng rng_;
};

/// (batch, …) to (batch, product of the rest).
class Flatten : public Module {
 public:
  Tensor forward(const Tensor& x) override;
  std::string describe() const override { return "Flatten()"; }
};

}  // namespace tinytorch
