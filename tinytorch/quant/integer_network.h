#pragma once
#include <memory>

#include "tinytorch/base/parallel.h"
#include "tinytorch/data/dataset.h"
#include "tinytorch/nn/sequential.h"
#include "tinytorch/quant/fixed_point.h"
#include "tinytorch/quant/quantized_linear.h"

namespace tinytorch {

/// The bias as integers in the units of the sums: rne(bias[j] / (S_x S_w[j])); zeros if it is undefined.
/// @param terms  products in a sum, so that the room that is left for the bias in int32 is known
/// @throws Error naming the channel if its bias does not fit beside the sums.
/// Exercise: exercises/11_integer_inference/fold_bias.cpp
std::vector<std::int32_t> fold_bias(const Array& bias, float input_scale, std::span<const float> weight_scales,
                                    std::int64_t terms);

/// Quantized layers run as one chain of integers: codes go in, int8 codes pass from layer to layer, and only the logits
/// become real numbers again. Between two layers q = clamp(rne((sum + bias) · M) + zero point) with
/// M = S_x S_w / S_y, the real multiplier in float32; a ReLU is the lower bound of the clamp.
class IntegerNetwork : public Module {
 public:
  /// @param layers  calibrated (static) layers, each input as wide as the output before it; what they hold is read now,
  ///                so calibrate them before
  /// @throws Error naming a layer that is not calibrated or does not fit, or a bias that is too large (see fold_bias).
  explicit IntegerNetwork(std::vector<std::shared_ptr<QuantizedLinear>> layers);

  /// (batch, in) float32, quantized on the way in, to (batch, out) logits. The first layer counts what it clipped.
  Tensor forward(const Tensor& x) override;
  void forward(const float* x, std::int64_t batch, float* logits) const;

  /// 8-bit pixels as the codes they already are: the normalisation is folded into the first layer, so no pass over
  /// floats is made. The result is that of the exact input, not of its quantization.
  void set_pixel_input(const Normalization& normalization);
  /// @throws Error unless set_pixel_input was called.
  void forward_pixels(const std::uint8_t* pixels, std::int64_t batch, float* logits) const;

  std::string describe() const override;  ///< "IntegerNetwork(QuantizedLinear(…), …)"
  std::vector<NamedTensor> named_parameters() const override;

  const std::vector<std::shared_ptr<QuantizedLinear>>& linears() const { return linears_; }
  std::int64_t constant_bytes() const;  ///< of integer biases and multipliers, which the layers do not have themselves
  std::int64_t in_features() const { return linears_.front()->in_features(); }
  std::int64_t out_features() const { return linears_.back()->out_features(); }

 private:
  struct Layer {
    const QuantizedLinear* linear = nullptr;
    std::int32_t input_zero = 0;  ///< + 128
    // To the codes of the next layer:
    std::vector<std::int32_t> offset;  ///< bias in the units of the sums
    std::vector<float> multiplier;     ///< S_x S_w[j] / S_y
    std::int32_t zero_point = 0, lowest = -127;
    // Or to logits:
    float input_scale = 1;
    Array bias;
  };
  Layer make_layer(std::size_t index, float input_scale, std::int32_t input_zero, const Array& bias) const;
  /// Codes (batch rows, `row` bytes apart) through all layers; `first` is the first of them, for quantized input or for
  /// pixels. Exercise: exercises/11_integer_inference/integer_network.cpp
  void run(const Layer& first, const std::uint8_t* codes, std::int64_t row, std::int64_t batch, float* logits) const;
  /// Calls body(first row, rows) for blocks of rows, from several threads if the work is worth it.
  void for_blocks(std::int64_t batch, FunctionRef<void(std::int64_t, std::int64_t)> body) const;

  std::vector<std::shared_ptr<QuantizedLinear>> linears_;
  std::vector<Layer> layers_;
  Layer pixel_layer_;  ///< without a linear until set_pixel_input
};

}  // namespace tinytorch
