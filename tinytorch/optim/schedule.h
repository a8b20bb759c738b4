#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tinytorch/tensor/tensor.h"

namespace tinytorch {

/// Factor on the learning rate at a step: rises linearly to 1 over `warmup` steps ((step + 1) / warmup), then falls along
/// half a cosine to `floor` at `total` steps and stays there.
/// Source: Loshchilov and Hutter 2017. Exercise: exercises/06_optimizers/cosine_schedule.cpp
float cosine_schedule(std::int64_t step, std::int64_t total, std::int64_t warmup = 0, float floor = 0);

/// Factor on the learning rate: warm-up as above, then multiplied by `gamma` every `every` steps counted from its end.
float step_schedule(std::int64_t step, std::int64_t every, float gamma, std::int64_t warmup = 0);

/// A choice of schedule as plain data, so that a checkpoint can hold it.
struct Schedule {
  std::string kind = "constant";  ///< "constant", "cosine" or "step"
  std::int64_t total = 0, warmup = 0, every = 0;
  float gamma = 0.1f, floor = 0;
  float factor(std::int64_t step) const;  ///< @throws Error on an unknown kind
};

/// Scales all gradients together so that their joint Euclidean norm is at most max_norm.
/// @returns the norm before. Gradients with a NaN or Inf are left as they are.
/// Exercise: exercises/06_optimizers/clip_grad_norm.cpp
float clip_grad_norm(const std::vector<Tensor>& parameters, float max_norm);

}  // namespace tinytorch
