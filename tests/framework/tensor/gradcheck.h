#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "tinytorch/tensor/ops.h"

namespace tinytorch::testing {

using Op = std::function<Tensor(const std::vector<Tensor>&)>;

/// Values that lie 1/8 apart, none of them 0, in random order: no small step crosses a kink or makes two of them change
/// places. Arrays of different `offset` (in [0, 1)) share no value.
inline Array spread(const Shape& shape, std::uint64_t seed, float offset = 0.5f) {
  Array result(shape);
  std::vector<std::int64_t> order(static_cast<std::size_t>(result.size()));
  std::iota(order.begin(), order.end(), -(result.size() / 2));
  Rng(seed).shuffle(order);
  for (std::int64_t i = 0; i < result.size(); ++i) {
    result.data()[i] = (static_cast<float>(order[static_cast<std::size_t>(i)]) + offset) / 8;
  }
  return result;
}

/// Values in [0.5, 2): for logarithms, roots and divisors.
inline Array positive(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return uniform(shape, 0.5f, 2.0f, rng).value();
}

/// Compares the gradient of op at every element of every input with a central difference of Σ projection · op(inputs):
/// the random projection lets every output count. Also: an input that requires no gradient gets none, and the others'
/// are the same to the bit without it.
inline void gradcheck(const Op& op, const std::vector<Array>& inputs) {
  const auto leaves = [&](auto required) {
    std::vector<Tensor> result;
    for (std::size_t i = 0; i < inputs.size(); ++i) result.emplace_back(inputs[i].clone(), required(i));
    return result;
  };
  const std::vector<Tensor> x = leaves([](std::size_t) { return true; });
  const Tensor y = op(x);
  Rng rng(7);
  const Array projection = normal(y.shape(), 0, 1, rng).value();
  ASSERT_TRUE(y.requires_grad());
  y.backward(projection);

  double magnitude = 0;  // of the terms of the projected sum: their rounding is what disturbs the difference
  const auto projected = [&](const std::vector<Tensor>& at) {
    const NoGrad guard;
    const Tensor value = op(at);
    double product = 0;
    magnitude = 0;
    for (std::int64_t i = 0; i < value.size(); ++i) {
      const double term = static_cast<double>(projection.data()[i]) * value.value().data()[i];
      product += term;
      magnitude += std::abs(term);
    }
    return product;
  };
  // Steps of 2^-7: the difference is wrong by about step² / 6 = 1e-5 of the third derivative, and by 2^-24 / step =
  // 8e-6 of the magnitude for every rounding in the op. 1e-3 leaves room for a third derivative of 50 and for some ten
  // roundings; a wrong factor or a missing term is off by far more.
  constexpr float kStep = 0x1p-7f;
  std::vector<Tensor> moved = leaves([](std::size_t) { return false; });
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_TRUE(x[i].grad().defined()) << "input " << i;
    ASSERT_EQ(x[i].grad().shape(), x[i].shape()) << "input " << i;
    for (std::int64_t j = 0; j < inputs[i].size(); ++j) {
      float& element = moved[i].mutable_value().data()[j];
      const float saved = element, up = saved + kStep, down = saved - kStep;
      element = up;
      const double above = projected(moved);
      element = down;
      const double below = projected(moved);
      element = saved;
      const double expected = (above - below) / (static_cast<double>(up) - down);
      const double got = x[i].grad().data()[j];
      ASSERT_NEAR(got, expected, 1e-3 * (1 + std::abs(expected) + magnitude)) << "input " << i << ", element " << j;
    }
  }

  for (std::size_t i = 0; i < inputs.size() && inputs.size() > 1; ++i) {
    const std::vector<Tensor> alone = leaves([i](std::size_t k) { return k == i; });
    op(alone).backward(projection);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (k != i) {
        ASSERT_FALSE(alone[k].grad().defined());
        continue;
      }
      for (std::int64_t j = 0; j < inputs[k].size(); ++j) ASSERT_EQ(alone[k].grad().data()[j], x[k].grad().data()[j]);
    }
  }
}

}  // namespace tinytorch::testing
