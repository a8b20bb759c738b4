#pragma once
#include <functional>

#include "tinytorch/nn/module.h"

/// What a network costs.
namespace tinytorch {

/// Numbers that training may change; a parameter that two layers share is counted once.
/// Exercise: exercises/09_profiling/count_parameters.cpp
std::int64_t count_parameters(const Module& model);

/// Bytes that the parameters take in memory: their float32 values, and their gradients while there are some.
/// Exercise: exercises/09_profiling/model_bytes.cpp
std::int64_t model_bytes(const Module& model);

/// Floating-point operations of one forward pass at a batch size, a multiply-add counted as two: 2 · in · out per row
/// of a Linear, plus out for its bias, in a Sequential of any depth; other layers count as 0.
/// @throws Error if batch is negative.
/// Exercise: exercises/09_profiling/count_flops.cpp
std::int64_t count_flops(const Module& model, std::int64_t batch);

struct Latency {
  /// Seconds. Of n sorted runs, counted from 0: median is number n / 2, low is number (n - 1) / 10 (the 10th
  /// percentile) and high is as many places from the end as low is from the beginning (the 90th), all rounded down.
  double median, low, high;
  std::int64_t runs;  ///< n
};
/// Times a call: one warm-up that is not counted, then runs until there are `min_runs` of them and their times add up
/// to `min_seconds`. @throws Error if min_runs is below 1. Exercise: exercises/09_profiling/measure_latency.cpp
Latency measure_latency(const std::function<void()>& call, std::int64_t min_runs = 20, double min_seconds = 0.1);

}  // namespace tinytorch
