#include "tinytorch/quant/integer_network.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/quantize_rows/quantize_rows.h"
#include "tinytorch/quant/scratch.h"

namespace tinytorch {

IntegerNetwork::IntegerNetwork(std::vector<std::shared_ptr<QuantizedLinear>> layers) : linears_(std::move(layers)) {
  if (linears_.empty()) throw Error("[IntegerNetwork] no layers");
  for (std::size_t i = 0; i < linears_.size(); ++i) {
    const auto refuse = [&](const std::string& why) {
      throw Error("[IntegerNetwork] layer " + std::to_string(i) + (linears_[i] ? ", " + linears_[i]->describe() : "") +
                  ": " + why);
    };
    if (!linears_[i]) refuse("is null");
    if (!linears_[i]->input_qparams()) refuse("its input range is not calibrated");
    if (i > 0 && linears_[i]->in_features() != linears_[i - 1]->out_features()) {
      refuse("the layer before gives " + std::to_string(linears_[i - 1]->out_features()) + " features");
    }
  }
  for (std::size_t i = 0; i < linears_.size(); ++i) {
    const QParams input = *linears_[i]->input_qparams();
    layers_.push_back(make_layer(i, input.scale, input.zero_point + 128, linears_[i]->bias()));
  }
}

IntegerNetwork::Layer IntegerNetwork::make_layer(std::size_t index, float input_scale, std::int32_t input_zero,
                                                 const Array& bias) const {
  const QuantizedLinear& linear = *linears_[index];
  Layer layer;
  layer.linear = &linear;
  layer.input_zero = input_zero;
  layer.input_scale = input_scale;
  layer.bias = bias;
  if (index + 1 == linears_.size()) return layer;

  const QParams output = *linears_[index + 1]->input_qparams();
  layer.zero_point = output.zero_point;
  layer.lowest = linear.has_relu() ? output.zero_point : kKernelCodes.lowest;
  layer.offset = fold_bias(bias, input_scale, linear.scales(), linear.in_features());
  layer.multiplier.reserve(linear.scales().size());
  for (const float scale : linear.scales()) {
    layer.multiplier.push_back(static_cast<float>(static_cast<double>(input_scale) * scale / output.scale));
    if (!std::isfinite(layer.multiplier.back())) {
      throw Error("[IntegerNetwork] layer " + std::to_string(index) + ": scales " + std::to_string(input_scale) + ", " +
                  std::to_string(scale) + " and " + std::to_string(output.scale) + " are too far apart");
    }
  }
  return layer;
}

void IntegerNetwork::set_pixel_input(const Normalization& normalization) {
  // x = p · scale + shift, so Σ w x = scale · Σ w p + shift · Σ w: the second part is known now, and joins the bias.
  const QuantizedLinear& first = *linears_.front();
  Array bias = first.bias().defined() ? first.bias().clone() : Array({first.out_features()}, 0.0f);
  for (std::int64_t j = 0; j < bias.size(); ++j) {
    const auto at = static_cast<std::size_t>(j);
    const double weights = static_cast<double>(first.scales()[at]) * first.packed().sums[at];
    bias.data()[j] = static_cast<float>(bias.data()[j] + weights * static_cast<double>(normalization.shift()));
  }
  pixel_layer_ = make_layer(0, normalization.scale(), 0, bias);  // pixels are codes without a zero point
}

void IntegerNetwork::for_blocks(std::int64_t batch, FunctionRef<void(std::int64_t, std::int64_t)> body) const {
  std::int64_t widest = 0, weights = 0;
  for (const auto& linear : linears_) {
    widest = std::max(widest, linear->packed().k_padded);
    weights += static_cast<std::int64_t>(linear->packed().size);
  }
  const std::int64_t most = rows_at_once(widest, weights);
  const auto blocks = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i += most) body(i, std::min(most, end - i));
  };
  // Weights that fit into the cache of every core: a thread takes its rows through all layers. Larger ones are read
  // once for all rows, and each product is shared among threads by itself.
  if (weights > kCachedWeights) return blocks(0, batch);
  constexpr std::int64_t kRows = 32;  // fewer of them are slower by the row
  double seconds = 0;
  for (const auto& linear : linears_) seconds += kernels::qgemm_seconds(linear->packed(), kRows);
  const double worth = kernels::kSecondsOfAThread / seconds;
  parallel_for(batch, kRows * static_cast<std::int64_t>(std::ceil(worth)), blocks);
}

void IntegerNetwork::forward(const float* x, std::int64_t batch, float* logits) const {
  const std::int64_t in = in_features(), out = out_features(), row = linears_.front()->packed().k_padded;
  const QParams input = *linears_.front()->input_qparams();
  std::atomic<std::int64_t> clipped = 0;
  for_blocks(batch, [&](std::int64_t begin, std::int64_t rows) {
    Scratch& scratch = thread_scratch();
    std::uint8_t* codes = Scratch::room(scratch.codes[0], rows * row);
    float scale = input.scale;
    std::int32_t zero = input.zero_point + 128;
    std::int64_t outside = 0;
    bool finite = true;
    kernels::quantize_rows({.m = rows,
                            .k = in,
                            .x = x + begin * in,
                            .x_row = in,
                            .codes = codes,
                            .codes_row = row,
                            .dynamic = false,
                            .scale = &scale,
                            .zero = &zero,
                            .clipped = &outside,
                            .finite = &finite});
    if (!finite)
      finite_range(Array({batch, in}, std::span(x, static_cast<std::size_t>(batch * in))), "[IntegerNetwork] x");
    clipped += outside;
    run(layers_.front(), codes, row, rows, logits + begin * out);
  });
  linears_.front()->count_inputs(batch * in, clipped);
}

void IntegerNetwork::forward_pixels(const std::uint8_t* pixels, std::int64_t batch, float* logits) const {
  if (pixel_layer_.linear == nullptr) throw Error("[IntegerNetwork] pixels without set_pixel_input");
  const std::int64_t in = in_features(), out = out_features();
  for_blocks(batch, [&](std::int64_t begin, std::int64_t rows) {
    run(pixel_layer_, pixels + begin * in, in, rows, logits + begin * out);
  });
}

Tensor IntegerNetwork::forward(const Tensor& x) {
  if (x.rank() != 2 || x.dim(1) != in_features()) {
    throw Error("[IntegerNetwork] x " + to_string(x.shape()) + ": want (batch, " + std::to_string(in_features()) + ")");
  }
  Array logits({x.dim(0), out_features()});
  forward(x.value().data(), x.dim(0), logits.data());
  return Tensor(logits);
}

std::int64_t IntegerNetwork::constant_bytes() const {
  std::size_t numbers = pixel_layer_.offset.size() + pixel_layer_.multiplier.size();
  for (const Layer& layer : layers_) numbers += layer.offset.size() + layer.multiplier.size();
  return static_cast<std::int64_t>(4 * numbers);
}

std::string IntegerNetwork::describe() const {
  std::string text = "IntegerNetwork(";
  for (std::size_t i = 0; i < linears_.size(); ++i) text += (i > 0 ? ", " : "") + linears_[i]->describe();
  return text + ")";
}

std::vector<NamedTensor> IntegerNetwork::named_parameters() const {
  std::vector<NamedTensor> result;
  for (std::size_t i = 0; i < linears_.size(); ++i) {
    for (const auto& [name, tensor] : linears_[i]->named_parameters()) {
      result.push_back({std::to_string(i) + "." + name, tensor});
    }
  }
  return result;
}

}  // namespace tinytorch
