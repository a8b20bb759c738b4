#pragma once
#include <memory>

#include "tinytorch/data/dataset.h"
#include "tinytorch/nn/sequential.h"
#include "tinytorch/quant/fixed_point.h"
#include "tinytorch/quant/quantized_linear.h"

namespace tinytorch {

/// The bias and the input's zero point as integers in the units of the sums: rne(bias[j] / (S_x S_w[j])).
/// @throws Error naming the channel if it does not fit into int32 beside the sums.
/// Exercise: solutions/11_integer_inference/fold_bias.cpp
std::vector<std::int32_t> fold_bias(const Array& bias, float input_scale, std::span<const float> weight_scales);

/// Quantized layers run as one chain of integers: codes go in, int8 codes pass from layer to layer, and only the logits
/// become real numbers again. Buffers are made once. Exercise: solutions/11_integer_inference/integer_network.cpp
/// (forward)
class IntegerNetwork {
 public:
  /// @param layers  calibrated (static) layers, each input as wide as the output before it
  /// @throws Error naming a layer that is not calibrated or does not fit.
  explicit IntegerNetwork(std::vector<std::shared_ptr<QuantizedLinear>> layers);

  /// (batch, in) float32, quantized on the way in, to (batch, out) logits.
  Tensor forward(const Tensor& x) const;
  void forward(const float* x, std::int64_t batch, float* logits) const;

  /// 8-bit pixels as the codes they already are: the normalisation is folded into the first layer, so no pass over
  /// floats is made. The result is that of the exact input, not of its quantization.
  void set_pixel_input(const Normalization& normalization);
  void forward_pixels(const std::uint8_t* pixels, std::int64_t batch, float* logits) const;

  std::int64_t in_features() const;
  std::int64_t out_features() const;

 private:
  struct Layer {
    std::shared_ptr<QuantizedLinear> linear;
    std::int32_t input_zero;           ///< + 128
    std::vector<std::int32_t> offset;  ///< bias in the units of the sums
    std::vector<float> multiplier;     ///< S_x S_w[j] / S_y
    std::int32_t output_zero_point, lowest;
  };
  std::vector<Layer> layers_;
  std::vector<std::int32_t> pixel_offset_;  ///< for the first layer, empty until set_pixel_input
  std::vector<float> pixel_multiplier_;
};

}  // namespace tinytorch
