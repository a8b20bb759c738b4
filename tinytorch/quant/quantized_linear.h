#pragma once
#include <optional>

#include "tinytorch/kernels/qgemm/qgemm.h"
#include "tinytorch/nn/layers.h"
#include "tinytorch/quant/config.h"
#include "tinytorch/quant/quantize.h"

namespace tinytorch {

/// Bytes in memory of what a layer's numbers take.
struct MemoryUsage {
  std::int64_t weights = 0;  ///< codes
  std::int64_t padding = 0;  ///< what packing added to them
  std::int64_t scales = 0, bias = 0;
  std::int64_t sums = 0;  ///< row sums of the weights, for the zero point
  std::int64_t total() const { return weights + padding + scales + bias + sums; }
};

/// A Linear (with the ReLU behind it, if fused) whose weights are int8 codes, packed for this CPU. The float weights
/// are not kept. Until calibrated, the range of each row of the input is measured when it comes (dynamic); afterwards
/// it is fixed (static). A batch and its rows one by one give the same bits.
/// weight-only: weights become floats again on every call, a few columns at a time; it saves memory, not time.
class QuantizedLinear : public Module {
 public:
  /// The bias is copied; it may be undefined.
  /// @throws Error naming the index if a weight or a bias ("bias") is NaN or Inf, or if in_features exceeds
  /// kernels::kMostTerms.
  /// Exercise: exercises/10_quantization/quantized_linear.cpp (constructor and forward)
  explicit QuantizedLinear(const Linear& linear, const QuantConfig& config = {}, bool relu = false);
  /// From what a file holds; `input` is of kernel codes. @throws Error if sizes do not fit, a code is -128, or a scale
  /// is not finite and positive.
  QuantizedLinear(const QuantizedWeight& weight, const Array& bias, const QuantConfig& config, bool relu,
                  std::optional<QParams> input);

  /// Fixes the input range from the samples (batch, in_features), with the observer of the configuration; changes what
  /// forward returns. @throws Error if there are no samples, their width differs, one is not finite, or the layer is
  /// weight-only.
  /// Exercise: exercises/10_quantization/calibrate.cpp
  void calibrate(const Tensor& samples);

  /// (batch, in_features) to (batch, out_features), no gradient.
  /// @throws Error naming the index if a value is NaN or Inf (not weight-only, where they go through as in float32).
  Tensor forward(const Tensor& x) override;
  std::string describe() const override;  ///< "QuantizedLinear(784, 128, scheme=static, relu=true)"
  std::vector<NamedTensor> named_parameters() const override;  ///< the bias; codes are not float tensors

  MemoryUsage memory_usage() const;
  QuantizedWeight weight() const;  ///< unpacked, for files and reports

  std::int64_t in_features() const { return packed_.k; }
  std::int64_t out_features() const { return packed_.n; }
  bool has_relu() const { return relu_; }
  QuantScheme scheme() const;  ///< static once the input range is fixed, until then dynamic; or weight-only
  const QuantConfig& config() const { return config_; }
  const std::optional<QParams>& input_qparams() const { return input_; }  ///< of kernel codes; set by calibrate
  /// @throws Error if the scale is not finite and normal, or the zero point is no kernel code.
  void set_input_qparams(QParams input);
  const kernels::PackedWeights& packed() const { return packed_; }
  const std::vector<float>& scales() const { return scales_; }
  const Array& bias() const { return bias_; }
  std::int64_t clipped() const {
    return clipped_;
  }  ///< static: values outside the calibrated range, since construction
  std::int64_t inputs_seen() const { return seen_; }
  void count_inputs(std::int64_t seen, std::int64_t clipped) { seen_ += seen, clipped_ += clipped; }

 private:
  void check_input(const Shape& shape) const;
  void keep(const QuantizedWeight& weight);         ///< packs
  Tensor forward_in_floats(const Tensor& x) const;  ///< weight-only

  QuantConfig config_;
  bool relu_ = false;
  kernels::PackedWeights packed_;
  std::vector<float> scales_;  ///< one per output channel
  Array bias_;                 ///< (out_features), or undefined
  std::optional<QParams> input_;
  std::int64_t clipped_ = 0, seen_ = 0;
};

}  // namespace tinytorch
