#pragma once
#include <cstdint>
#include <vector>

#include "tinytorch/data/dataset.h"

/// What the framework is measured against: one hidden layer with ReLU, written as loops over cblas_sgemm, without
/// tensors, graph or layers. All memory is allocated once, and the optimizers update in one fused loop.
class HandMlp {
 public:
  HandMlp(std::int64_t in, std::int64_t hidden, std::int64_t out, std::int64_t most_rows, std::uint64_t seed);

  /// @returns logits (rows, out), valid until the next call
  const float* forward(const float* x, std::int64_t rows);

  enum class Optimizer { sgd, adam };
  /// One epoch in a fresh random order, the last batch included. @returns the mean loss.
  double train_epoch(const tinytorch::Dataset& data, const tinytorch::Normalization& normalization, std::int64_t batch,
                     Optimizer optimizer, float lr);

 private:
  struct Parameter {
    std::vector<float> value, gradient, m, v;
    explicit Parameter(std::int64_t count);
  };
  double backward(const float* x, const std::int32_t* labels, std::int64_t rows);
  void update(Parameter& p, Optimizer optimizer, float lr) const;

  std::int64_t in_, hidden_, out_;
  Parameter weight1_, bias1_, weight2_, bias2_;
  std::vector<float> x_, h_, logits_, dh_;
  std::vector<std::int32_t> labels_;
  std::vector<std::int64_t> order_;
  std::int64_t steps_ = 0;
  std::uint64_t seed_;
};
