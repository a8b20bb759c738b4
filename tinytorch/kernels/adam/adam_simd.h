#pragma once
// Included by the file of one instruction set and compiled for it: everything here is local to that file.

#include <cmath>
#include <cstdint>
#include <xsimd/xsimd.hpp>

#include "tinytorch/kernels/adam/adam.h"

namespace tinytorch::kernels {
namespace {

/// What does not change from weight to weight. The corrections join the learning rate and v as factors: of the four
/// slow operations of the formula (three divisions, a square root) two remain.
struct AdamFactors {
  float lr_over_correction_m, one_over_correction_v, decay_left;

  explicit AdamFactors(const AdamArgs& args) {
    const auto t = static_cast<double>(args.step);
    lr_over_correction_m = static_cast<float>(args.lr / (1 - std::pow(static_cast<double>(args.beta1), t)));
    one_over_correction_v = static_cast<float>(1 / (1 - std::pow(static_cast<double>(args.beta2), t)));
    decay_left = args.decoupled ? args.lr * args.weight_decay : 0.0F;
  }
};

template <class Simd>
void step_vector(const AdamArgs& args, const AdamFactors& factors, std::int64_t i, int count) {
  using Batch = typename Simd::Batch;
  const bool whole = count == static_cast<int>(Batch::size);
  const auto load = [&](const float* p) {
    return whole ? Batch::load_unaligned(p + i) : Simd::load_first(p + i, count);
  };
  const auto store = [&](float* p, Batch x) { whole ? x.store_unaligned(p + i) : Simd::store_first(p + i, count, x); };
  Batch w = load(args.weight), g = load(args.gradient);
  if (args.decoupled) {
    w -= Batch(factors.decay_left) * w;
  } else {
    g += Batch(args.weight_decay) * w;
  }
  const Batch m = Batch(args.beta1) * load(args.m) + Batch(1 - args.beta1) * g;
  const Batch v = Batch(args.beta2) * load(args.v) + Batch(1 - args.beta2) * g * g;
  store(args.m, m);
  store(args.v, v);
  const Batch denominator = xsimd::sqrt(v * Batch(factors.one_over_correction_v)) + Batch(args.epsilon);
  store(args.weight, w - Batch(factors.lr_over_correction_m) * m / denominator);
}

template <class Simd>
void step_all(const AdamArgs& args) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size);
  const AdamFactors factors(args);
  std::int64_t i = 0;
  for (; i + kLanes <= args.count; i += kLanes) step_vector<Simd>(args, factors, i, kLanes);
  if (i < args.count) step_vector<Simd>(args, factors, i, static_cast<int>(args.count - i));
}

}  // namespace
}  // namespace tinytorch::kernels
