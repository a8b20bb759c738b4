#pragma once
#include <functional>
#include <string>

#include "tinytorch/nn/sequential.h"
#include "tinytorch/quant/integer_network.h"

namespace tinytorch {

/// How far a layer's output is from the float layer's on the same input, and why. In dB; +Inf where nothing was lost.
struct LayerQuantReport {
  std::string name;          ///< "0", "2.1"
  std::string was, is;       ///< describe() before and after
  double weight_sqnr = 0;    ///< error of rounding the weights alone
  double rounding_sqnr = 0;  ///< error of rounding activations inside the range
  double clipping_sqnr = 0;  ///< error of activations outside the range
  double output_sqnr = 0;    ///< all together
  double clipped = 0;        ///< share of input values outside the calibrated range
  Range calibrated, seen;
  std::int64_t bytes_before = 0, bytes_after = 0, macs = 0;
  std::string kernel;  ///< instruction set of the product
  std::vector<std::string> remarks;
};

struct QuantReport {
  QuantConfig config;
  std::vector<LayerQuantReport> layers;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< layer and why
  std::int64_t calibration_samples = 0;
};

// The stages, each of use by itself.
/// Linear followed by ReLU, in any nesting of Sequential: places (path of each Linear and whether a ReLU is fused to
/// it).
struct FusedPlace {
  std::vector<std::size_t> path;
  bool relu = false;
};
std::vector<FusedPlace> fuse(const Sequential& model);
/// Observers for the input of each place.
struct Calibration {
  std::vector<FusedPlace> places;
  std::vector<std::unique_ptr<Observer>> observers;
  std::int64_t samples = 0;
};
Calibration prepare(const Sequential& model, const QuantConfig& config);
/// Runs the float model over the samples; observers see what enters each place. `progress` gets samples done.
void calibrate(Sequential& model, Calibration& calibration, const Tensor& samples,
               const std::function<void(std::int64_t)>& progress = {});
/// Puts a QuantizedLinear in each place, in place, freeing the float weights.
QuantReport convert(Sequential& model, Calibration& calibration, const QuantConfig& config);

/// All stages over any nesting of Sequential, in place.
/// @param calibration_data  (samples, in_features): needed for static, used for the report's SQNR otherwise; may be
/// undefined
/// @throws Error if there is no Linear, the model is quantized already, static lacks samples, or their width differs.
/// Exercise: solutions/10_quantization/quantize_model.cpp
QuantReport quantize_model(Sequential& model, const Tensor& calibration_data, const QuantConfig& config = {});

/// Sizes as they are: scales, biases and padding included.
struct SizeAnalysis {
  std::int64_t parameters = 0;
  std::int64_t memory_before = 0, memory_after = 0;  ///< bytes
  std::int64_t disk_before = 0, disk_after = 0;      ///< bytes of the safetensors file
  double memory_ratio() const;
  double disk_ratio() const;
  std::int64_t bytes_saved() const { return disk_before - disk_after; }
  double percent_saved() const;
};
/// Exercise: solutions/10_quantization/analyze_model_sizes.cpp
SizeAnalysis analyze_model_sizes(const Sequential& original, const Sequential& quantized);

/// The integer chain of a model that was quantized statically. @throws Error saying which layer stands in the way.
IntegerNetwork make_integer_network(const Sequential& quantized);

/// All of the above as one object.
class Quantizer {
 public:
  explicit Quantizer(QuantConfig config = {}) : config_(config) {}
  QuantizedTensor quantize(const Tensor& r) const { return quantize_int8(r); }
  Tensor dequantize(const QuantizedTensor& q) const { return dequantize_int8(q.codes, q.scale, q.zero_point); }
  QuantReport quantize_model(Sequential& model, const Tensor& calibration_data) const {
    return tinytorch::quantize_model(model, calibration_data, config_);
  }
  SizeAnalysis analyze(const Sequential& original, const Sequential& quantized) const {
    return analyze_model_sizes(original, quantized);
  }

 private:
  QuantConfig config_;
};

}  // namespace tinytorch
