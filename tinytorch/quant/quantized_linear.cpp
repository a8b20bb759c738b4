#include "tinytorch/quant/quantized_linear.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/dequantize_blocks/dequantize_blocks.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/quant/scratch.h"

namespace tinytorch {
namespace {

constexpr std::int64_t kColumns = kernels::kDequantizeColumns;  // weights of so many outputs are floats at one time,
constexpr std::int64_t kTerms = 256;                            // and for so many inputs: 16 KiB

/// Weight-only codes stand as their floats will: kColumns outputs beside each other, for one input after the other.
kernels::PackedWeights pack_columns(const std::int8_t* codes, std::int64_t n, std::int64_t k) {
  kernels::PackedWeights packed;
  packed.n = n;
  packed.k = packed.k_padded = k;
  packed.n_padded = (n + kColumns - 1) / kColumns * kColumns;
  packed.size = static_cast<std::size_t>(packed.n_padded * k);
  packed.data = std::shared_ptr<std::int8_t[]>(new std::int8_t[packed.size]());
  for (std::int64_t j = 0; j < n; ++j) {
    std::int8_t* column = packed.data.get() + j / kColumns * kColumns * k + j % kColumns;
    for (std::int64_t p = 0; p < k; ++p) column[p * kColumns] = codes[j * k + p];
  }
  return packed;
}

void unpack_columns(const kernels::PackedWeights& packed, std::int8_t* codes) {
  for (std::int64_t j = 0; j < packed.n; ++j) {
    const std::int8_t* column = packed.data.get() + j / kColumns * kColumns * packed.k + j % kColumns;
    for (std::int64_t p = 0; p < packed.k; ++p) codes[j * packed.k + p] = column[p * kColumns];
  }
}

}  // namespace

Scratch& thread_scratch() {
  thread_local Scratch scratch;
  return scratch;
}

std::int64_t rows_at_once(std::int64_t bytes_per_row, std::int64_t weight_bytes) {
  const std::int64_t bytes = weight_bytes > kCachedWeights ? std::int64_t{1} << 22 : std::int64_t{1} << 19;
  return std::max<std::int64_t>(bytes / bytes_per_row, 16);
}

QuantizedLinear::QuantizedLinear(const QuantizedWeight& weight, const Array& bias, const QuantConfig& config, bool relu,
                                 std::optional<QParams> input)
    : config_(config), relu_(relu), bias_(bias) {
  const Shape& shape = weight.codes.shape;
  if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1 ||
      element_count(shape) != static_cast<std::int64_t>(weight.codes.values.size())) {
    throw Error("[QuantizedLinear] " + std::to_string(weight.codes.values.size()) + " codes for a weight of shape " +
                to_string(shape) + ": want (out, in)");
  }
  if (weight.scales.size() != static_cast<std::size_t>(shape[0])) {
    throw Error("[QuantizedLinear] " + std::to_string(weight.scales.size()) + " scales for " +
                std::to_string(shape[0]) + " output channels: one for each");
  }
  if (bias.defined() && bias.shape() != Shape{shape[0]}) {
    throw Error("[QuantizedLinear] bias " + to_string(bias.shape()) + " for " + std::to_string(shape[0]) +
                " output channels");
  }
  if (bias.defined()) finite_range(bias, "[QuantizedLinear] bias");
  for (const float scale : weight.scales) {
    if (!std::isfinite(scale) || scale <= 0) {
      throw Error("[QuantizedLinear] weight scale " + std::to_string(scale) + ": it must be finite and positive");
    }
  }
  if (std::ranges::find(weight.codes.values, std::int8_t{-128}) != weight.codes.values.end()) {
    throw Error("[QuantizedLinear] a weight has the code -128: weights use -127 to 127");
  }
  keep(weight);
  if (input) set_input_qparams(*input);
}

void QuantizedLinear::keep(const QuantizedWeight& weight) {
  const std::int64_t n = weight.codes.shape[0], k = weight.codes.shape[1];
  if (k > kernels::kMostTerms) {
    throw Error("[QuantizedLinear] " + std::to_string(k) + " input features: a sum of more than " +
                std::to_string(kernels::kMostTerms) + " products may not fit into int32");
  }
  packed_ = config_.scheme == QuantScheme::weight_only ? pack_columns(weight.codes.values.data(), n, k)
                                                       : kernels::pack_weights(weight.codes.values.data(), n, k);
  scales_ = weight.scales;
}

QuantScheme QuantizedLinear::scheme() const {
  if (config_.scheme == QuantScheme::weight_only) return QuantScheme::weight_only;
  return input_ ? QuantScheme::static_ : QuantScheme::dynamic;
}

void QuantizedLinear::set_input_qparams(QParams input) {
  if (config_.scheme == QuantScheme::weight_only) {
    throw Error("[calibrate] a weight-only layer multiplies in float32: its input has no range to fix");
  }
  if (!std::isnormal(input.scale) || input.scale < 0 || input.zero_point < kKernelCodes.lowest ||
      input.zero_point > kKernelCodes.highest) {
    throw Error("[QuantizedLinear] input scale " + std::to_string(input.scale) + " and zero point " +
                std::to_string(input.zero_point) + ": want a normal positive scale and a code in [-127, 127]");
  }
  input_ = input;
}

void QuantizedLinear::check_input(const Shape& shape) const {
  if (shape.size() == 2 && shape[1] == in_features()) return;
  throw Error("[QuantizedLinear] x " + to_string(shape) + " for a layer of " + std::to_string(in_features()) +
              " input features: want (batch, " + std::to_string(in_features()) + ")");
}

Tensor QuantizedLinear::forward_in_floats(const Tensor& x) const {
  const std::int64_t m = x.dim(0), n = packed_.n, k = packed_.k;
  Array y({m, n});
  // A few columns of Wᵀ are floats at one time, and of those a piece that stays in the first cache. They stand as the
  // kernel's rows do, so that every sum runs in the same order, whatever the batch.
  Array tile({std::min(k, kTerms), kColumns});
  for (std::int64_t j = 0; j < n; j += kColumns) {
    const std::int64_t columns = std::min(kColumns, n - j);
    const std::int8_t* codes = packed_.data.get() + j * k;
    float scales[kColumns] = {};
    std::copy_n(scales_.data() + j, columns, scales);
    for (std::int64_t p = 0; p < k; p += kTerms) {
      const std::int64_t terms = std::min(kTerms, k - p);
      const bool last = p + terms == k;
      kernels::dequantize_blocks(codes + p * kColumns, terms, scales, tile.data());
      kernels::sgemm({.m = m,
                      .n = columns,
                      .k = terms,
                      .a = x.value().data() + p,
                      .a_row = k,
                      .a_col = 1,
                      .b = tile.data(),
                      .b_row = kColumns,
                      .b_col = 1,
                      .c = y.data() + j,
                      .c_row = n,
                      .accumulate = p > 0,
                      .bias = last && bias_.defined() ? bias_.data() + j : nullptr,
                      .relu = last && relu_});
    }
  }
  return Tensor(y);
}

std::string QuantizedLinear::describe() const {
  return "QuantizedLinear(" + std::to_string(in_features()) + ", " + std::to_string(out_features()) +
         ", scheme=" + std::string(to_string(scheme())) + (relu_ ? ", relu=true" : "") +
         (bias_.defined() ? "" : ", bias=false") + ")";
}

std::vector<NamedTensor> QuantizedLinear::named_parameters() const {
  if (!bias_.defined()) return {};
  return {{"bias", Tensor(bias_)}};
}

MemoryUsage QuantizedLinear::memory_usage() const {
  MemoryUsage use;
  use.weights = packed_.n * packed_.k;
  use.padding = static_cast<std::int64_t>(packed_.size) - use.weights;
  use.scales = static_cast<std::int64_t>(scales_.size() * sizeof(float));
  use.bias = bias_.size() * static_cast<std::int64_t>(sizeof(float));
  use.sums = static_cast<std::int64_t>(packed_.sums.size() * sizeof(std::int32_t));
  return use;
}

QuantizedWeight QuantizedLinear::weight() const {
  QuantizedWeight weight{{{packed_.n, packed_.k}, {}}, scales_, config_.per_channel};
  weight.codes.values.resize(static_cast<std::size_t>(packed_.n * packed_.k));
  if (config_.scheme == QuantScheme::weight_only) {
    unpack_columns(packed_, weight.codes.values.data());
  } else {
    kernels::unpack_weights(packed_, weight.codes.values.data());
  }
  return weight;
}

}  // namespace tinytorch
