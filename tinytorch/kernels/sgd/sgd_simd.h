#pragma once
// Included by the file of one instruction set and compiled for it: everything here is local to that file.

#include <cstdint>

#include "tinytorch/kernels/sgd/sgd.h"

namespace tinytorch::kernels {
namespace {

/// The generic row's operations in its order, on as many weights as a vector has lanes: the results are the same bits.
template <class Simd>
void step_vector(const SgdArgs& args, std::int64_t i, int count) {
  using Batch = typename Simd::Batch;
  const bool whole = count == static_cast<int>(Batch::size);
  const auto load = [&](const float* p) {
    return whole ? Batch::load_unaligned(p + i) : Simd::load_first(p + i, count);
  };
  const auto store = [&](float* p, Batch x) { whole ? x.store_unaligned(p + i) : Simd::store_first(p + i, count, x); };
  const Batch w = load(args.weight);
  const Batch g = load(args.gradient) + Batch(args.weight_decay) * w;
  Batch step = g;
  if (args.momentum != 0) {
    const Batch v = Batch(args.momentum) * load(args.velocity) + g;
    store(args.velocity, v);
    step = args.nesterov ? g + Batch(args.momentum) * v : v;
  }
  store(args.weight, w - Batch(args.lr) * step);
}

template <class Simd>
void step_all(const SgdArgs& args) {
  constexpr int kLanes = static_cast<int>(Simd::Batch::size);
  std::int64_t i = 0;
  for (; i + kLanes <= args.count; i += kLanes) step_vector<Simd>(args, i, kLanes);
  if (i < args.count) step_vector<Simd>(args, i, static_cast<int>(args.count - i));
}

}  // namespace
}  // namespace tinytorch::kernels
