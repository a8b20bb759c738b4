#pragma once
#include <functional>

#include "tinytorch/nn/module.h"

/// What a network costs.
namespace tinytorch {

std::int64_t count_parameters(const Module& model);  ///< Exercise: solutions/09_profiling/count_parameters.cpp
std::int64_t model_bytes(const Module& model);       ///< of parameters in memory. Exercise: solutions/09_profiling/model_bytes.cpp
/// Floating-point operations of one forward pass at a batch size, a multiply-add counted as two: 2 · in · out per row of a
/// Linear, plus out for its bias. Exercise: solutions/09_profiling/count_flops.cpp
std::int64_t count_flops(const Module& model, std::int64_t batch);

struct Latency {
  double median, low, high;  ///< seconds; low and high are the 10th and 90th percentiles
  std::int64_t runs;
};
/// Times a call: one warm-up, then at least `min_runs` runs and at least `min_seconds`.
/// Exercise: solutions/09_profiling/measure_latency.cpp
Latency measure_latency(const std::function<void()>& call, std::int64_t min_runs = 20, double min_seconds = 0.1);

}  // namespace tinytorch
