#pragma once
#include <algorithm>
#include <vector>

#include "tinytorch/nn/sequential.h"
#include "tinytorch/train/trainer.h"

namespace tinytorch {

/// A data set that a small network can learn: each class lights up some pixels of its own, the rest is noise.
inline Dataset striped_dataset(std::int64_t count, std::uint64_t seed, std::int64_t classes = 4) {
  Dataset data{.name = "stripes", .height = 4, .width = 5, .classes = classes, .pixels = {}, .labels = {}};
  Rng rng(seed);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint64_t label = rng.below(static_cast<std::uint64_t>(classes));
    data.labels.push_back(static_cast<std::uint8_t>(label));
    for (std::uint64_t pixel = 0; pixel < 20; ++pixel) {
      const bool lit = pixel % static_cast<std::uint64_t>(classes) == label;
      data.pixels.push_back(static_cast<std::uint8_t>(rng.below(140) + (lit ? 110 : 0)));
    }
  }
  return data;
}

/// A small network with Dropout, so that its generators matter.
inline Sequential small_network(std::uint64_t seed = 1) {
  Rng rng(seed);
  return Sequential(Linear(20, 16, rng), ReLU(), Dropout(0.2f, rng), Linear(16, 4, rng));
}

inline std::vector<Array> parameter_values(const Module& model) {
  std::vector<Array> values;
  for (const Tensor& p : model.parameters()) values.push_back(p.value().clone());
  return values;
}

/// Bit by bit.
inline bool same_values(const std::vector<Array>& a, const std::vector<Array>& b) {
  return std::ranges::equal(a, b, [](const Array& x, const Array& y) {
    return x.shape() == y.shape() && std::ranges::equal(x.values(), y.values());
  });
}

}  // namespace tinytorch
