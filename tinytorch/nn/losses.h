#pragma once
#include <cstdint>
#include <vector>

#include "tinytorch/tensor/tensor.h"

namespace tinytorch {

using Labels = std::vector<std::int32_t>;  ///< one class index per row

/// Mean of squared differences over all elements, a scalar. @throws Error that shows both shapes if they differ, also
/// where they would broadcast, or if there is no element.
/// Exercise: exercises/05_losses/mse_loss.cpp
Tensor mse_loss(const Tensor& prediction, const Tensor& target);

/// Mean over the batch of -log softmax(logits)[label], computed from the logits: finite at ±1e4.
/// @param logits  (batch, classes)
/// @param label_smoothing  in [0, 1): the target is (1 - s) for the label plus s / classes for every class
/// @throws Error naming the row if a label is outside [0, classes), or if the counts differ.
/// Exercise: exercises/05_losses/cross_entropy.cpp
Tensor cross_entropy(const Tensor& logits, const Labels& labels, float label_smoothing = 0);

/// Mean of -t log σ(x) - (1 - t) log(1 - σ(x)) over all elements, from logits x and targets t in [0, 1]; stable.
Tensor binary_cross_entropy(const Tensor& logits, const Tensor& target);

}  // namespace tinytorch
