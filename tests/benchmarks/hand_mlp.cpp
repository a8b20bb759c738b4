#include "tests/benchmarks/hand_mlp.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tinytorch/base/cpu.h"
#include "tinytorch/base/rng.h"

namespace {

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

/// C (m, n) = [C +] op(A) op(B), row-major; each leading dimension is the stored row's length.
void gemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k, const float* a,
          std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c) {
  cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans,
              static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), 1, a, static_cast<int>(lda), b,
              static_cast<int>(ldb), beta, c, static_cast<int>(n));
}

void sum_rows(const float* x, std::int64_t rows, std::int64_t columns, float* sums) {
  std::fill(sums, sums + columns, 0.0f);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) sums[j] += x[i * columns + j];
  }
}

}  // namespace

HandMlp::Parameter::Parameter(std::int64_t count)
    : value(index(count)), gradient(index(count)), m(index(count)), v(index(count)) {}

HandMlp::HandMlp(std::int64_t in, std::int64_t hidden, std::int64_t out, std::int64_t most_rows, std::uint64_t seed)
    : in_(in),
      hidden_(hidden),
      out_(out),
      weight1_(hidden * in),
      bias1_(hidden),
      weight2_(out * hidden),
      bias2_(out),
      x_(index(most_rows * in)),
      h_(index(most_rows * hidden)),
      logits_(index(most_rows * out)),
      dh_(index(most_rows * hidden)),
      labels_(index(most_rows)),
      seed_(seed) {
  tinytorch::Rng rng(seed);
  const auto fill = [&](std::vector<float>& w, std::int64_t fan_in) {
    const float bound = 1.0f / std::sqrt(static_cast<float>(fan_in));
    for (float& x : w) x = rng.uniform(-bound, bound);
  };
  fill(weight1_.value, in);
  fill(bias1_.value, in);
  fill(weight2_.value, hidden);
  fill(bias2_.value, hidden);
}

const float* HandMlp::forward(const float* x, std::int64_t rows) {
  for (std::int64_t i = 0; i < rows; ++i) std::ranges::copy(bias1_.value, h_.data() + i * hidden_);
  gemm(false, true, rows, hidden_, in_, x, in_, weight1_.value.data(), in_, 1, h_.data());
  for (std::int64_t i = 0; i < rows * hidden_; ++i) h_[index(i)] = std::max(h_[index(i)], 0.0f);
  for (std::int64_t i = 0; i < rows; ++i) std::ranges::copy(bias2_.value, logits_.data() + i * out_);
  gemm(false, true, rows, out_, hidden_, h_.data(), hidden_, weight2_.value.data(), hidden_, 1, logits_.data());
  return logits_.data();
}

/// Turns logits_ into their gradient, then fills every gradient. @returns the sum of the losses.
double HandMlp::backward(const float* x, const std::int32_t* labels, std::int64_t rows) {
  double loss = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    float* z = logits_.data() + i * out_;
    const float largest = *std::max_element(z, z + out_), label = z[labels[i]];
    float sum = 0;
    for (std::int64_t j = 0; j < out_; ++j) sum += z[j] = std::exp(z[j] - largest);
    loss += std::log(sum) - (label - largest);
    const float factor = 1.0f / (sum * static_cast<float>(rows));
    for (std::int64_t j = 0; j < out_; ++j) z[j] *= factor;
    z[labels[i]] -= 1.0f / static_cast<float>(rows);
  }
  gemm(true, false, out_, hidden_, rows, logits_.data(), out_, h_.data(), hidden_, 0, weight2_.gradient.data());
  sum_rows(logits_.data(), rows, out_, bias2_.gradient.data());
  gemm(false, false, rows, hidden_, out_, logits_.data(), out_, weight2_.value.data(), hidden_, 0, dh_.data());
  for (std::int64_t i = 0; i < rows * hidden_; ++i) dh_[index(i)] = h_[index(i)] > 0 ? dh_[index(i)] : 0.0f;
  gemm(true, false, hidden_, in_, rows, dh_.data(), hidden_, x, in_, 0, weight1_.gradient.data());
  sum_rows(dh_.data(), rows, hidden_, bias1_.gradient.data());
  return loss;
}

void HandMlp::update(Parameter& p, Optimizer optimizer, float lr) const {
  float* w = p.value.data();
  const float* g = p.gradient.data();
  const std::size_t count = p.value.size();
  if (optimizer == Optimizer::sgd) {
    for (std::size_t i = 0; i < count; ++i) w[i] -= lr * g[i];
    return;
  }
  float *m = p.m.data(), *v = p.v.data();
  const auto steps = static_cast<double>(steps_);
  const auto step = static_cast<float>(static_cast<double>(lr) / (1 - std::pow(0.9, steps)));
  const auto correction = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, steps)));
  for (std::size_t i = 0; i < count; ++i) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    w[i] -= step * m[i] / (std::sqrt(v[i]) * correction + 1e-8f);
  }
}

double HandMlp::train_epoch(const tinytorch::Dataset& data, const tinytorch::Normalization& normalization,
                            std::int64_t batch, Optimizer optimizer, float lr) {
  const tinytorch::FlushDenormals flush;
  order_.resize(index(data.size()));
  std::iota(order_.begin(), order_.end(), 0);
  tinytorch::Rng(seed_++).shuffle(order_);
  const float scale = normalization.scale(), shift = normalization.shift();
  double loss = 0;
  for (std::int64_t first = 0; first < data.size(); first += batch) {
    const std::int64_t rows = std::min(batch, data.size() - first);
    for (std::int64_t i = 0; i < rows; ++i) {
      const std::int64_t image = order_[index(first + i)];
      const std::uint8_t* pixels = data.pixels.data() + image * in_;
      float* x = x_.data() + i * in_;
      for (std::int64_t j = 0; j < in_; ++j) x[j] = static_cast<float>(pixels[j]) * scale + shift;
      labels_[index(i)] = data.labels[index(image)];
    }
    forward(x_.data(), rows);
    loss += backward(x_.data(), labels_.data(), rows);
    ++steps_;
    for (Parameter* p : {&weight1_, &bias1_, &weight2_, &bias2_}) update(*p, optimizer, lr);
  }
  return loss / static_cast<double>(data.size());
}
