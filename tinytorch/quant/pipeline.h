#pragma once
#include <functional>
#include <string>

#include "tinytorch/nn/sequential.h"
#include "tinytorch/quant/integer_network.h"

namespace tinytorch {

/// How far a layer's output is from the float layer's on the same input, and why. In dB; +Inf where nothing was lost,
/// NaN where no samples were given to measure it with.
struct LayerQuantReport {
  std::string name;          ///< path in the float model: "0", "2.1"
  std::string was, is;       ///< describe() before and after
  double weight_sqnr = 0;    ///< error of rounding the weights alone; without samples: of the weights themselves
  double rounding_sqnr = 0;  ///< error of rounding activations inside the range
  double clipping_sqnr = 0;  ///< error of activations outside the range
  double output_sqnr = 0;    ///< all together
  double clipped = 0;        ///< share of the sampled input values outside the calibrated range
  Range calibrated, seen;    ///< what the input's codes cover (static), and what entered during calibration
  std::int64_t bytes_before = 0, bytes_after = 0;  ///< of weights, scales, bias, sums and padding in memory
  std::int64_t macs = 0;                           ///< products for one row
  std::string kernel;                              ///< instruction set of the product, or "float32"
  std::vector<std::string> remarks;
};

struct QuantReport {
  QuantConfig config;
  std::vector<LayerQuantReport> layers;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< layer and why
  std::int64_t calibration_samples = 0;
  double output_sqnr = 0;  ///< of the whole model's output on the first samples; NaN without samples
};

// The stages, each of use by itself.
/// Where a Linear stands, and whether the ReLU behind it (Dropout between them does not count) is fused to it.
struct FusedPlace {
  std::vector<std::size_t> path;
  bool relu = false;
};
std::string to_string(const std::vector<std::size_t>& path);  ///< "2.1"
std::vector<FusedPlace> fuse(const Sequential& model);

/// Observers for the input of each place, and what entered there with the first samples, for the report.
struct Calibration {
  std::vector<FusedPlace> places;
  std::vector<std::unique_ptr<Observer>> observers;
  std::vector<Array> inputs;
  Array model_input, model_output;
  std::int64_t samples = 0;
};
/// @throws Error if there is no Linear, the model is quantized already, or a weight is NaN or Inf (naming layer,
/// index).
Calibration prepare(const Sequential& model, const QuantConfig& config);
/// Runs the float model over all samples, without history and in evaluation mode; observers see what enters each place.
/// @param progress  called after each batch with the number of samples done so far; may be empty
/// @throws Error if there are no samples, their width does not fit, or one is not finite.
/// Exercise: exercises/10_quantization/calibrate.cpp
void calibrate(Sequential& model, Calibration& calibration, const Tensor& samples,
               const std::function<void(std::int64_t)>& progress = {});
/// Makes `model` a quantized one: a flat Sequential in which a QuantizedLinear stands for each Linear and its ReLU, and
/// (static) an IntegerNetwork for neighbouring ones. Dropout is gone; other layers stay as they are, in float32. The
/// float weights are freed with their last holder. If it throws, the model is unchanged.
/// @throws Error naming a layer whose observer saw nothing (static), or whose sums would not fit into int32.
QuantReport convert(Sequential& model, const Calibration& calibration, const QuantConfig& config);

/// All stages over any nesting of Sequential, in place.
/// @param calibration_data  (samples, in_features): needed for static; otherwise it is what the report measures SQNR
/// with, and may be undefined
/// @throws Error if there is no Linear, the model is quantized already, static lacks samples (saying that calibration
/// samples are missing), or their width differs. The model is then as it was.
/// Exercise: exercises/10_quantization/quantize_model.cpp
QuantReport quantize_model(Sequential& model, const Tensor& calibration_data, const QuantConfig& config = {});

/// The quantized layers in the order in which they run, with their paths ("0", "0.1").
struct NamedQuantizedLinear {
  std::string name;
  std::shared_ptr<QuantizedLinear> layer;
};
std::vector<NamedQuantizedLinear> quantized_layers(const Sequential& model);

/// Measures each layer of a quantized model, as a file may hold it, against the float model that it was made from.
/// @throws Error if their layers do not correspond, or on samples that calibrate would refuse.
std::vector<LayerQuantReport> compare_layers(Sequential& original, const Sequential& quantized, const Tensor& samples);

/// Sizes as they are: scales, biases and padding included.
struct SizeAnalysis {
  std::int64_t parameters = 0;                       ///< of the original
  std::int64_t memory_before = 0, memory_after = 0;  ///< bytes
  std::int64_t disk_before = 0, disk_after = 0;      ///< bytes of the safetensors file
  double memory_ratio() const;
  double disk_ratio() const;
  std::int64_t bytes_saved() const { return disk_before - disk_after; }
  double percent_saved() const;
};
/// @throws Error if the first is quantized or the second is not.
/// Exercise: exercises/10_quantization/analyze_model_sizes.cpp
SizeAnalysis analyze_model_sizes(const Sequential& original, const Sequential& quantized);

/// Bytes of an array's block as the allocator hands it out; 0 if it is undefined.
std::int64_t allocated_bytes(const Array& array);
/// Bytes of the safetensors file that save_model or save_quantized_model would write, without normalisation and notes.
std::int64_t file_bytes(const Sequential& model);

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
