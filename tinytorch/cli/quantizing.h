#pragma once
#include "tinytorch/cli/data_choice.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/io/model.h"
#include "tinytorch/quant/pipeline.h"

/// What the commands about quantization share.
namespace tinytorch::cli {

/// A scheme and how its ranges are found, as options name them.
struct QuantChoice {
  std::string scheme = "dynamic", observer = "min-max";
  bool per_tensor = false;
  std::int64_t calibration = 512;  ///< training images
  QuantConfig config() const;
};
void add_quant_options(CLI::App& command, QuantChoice& choice);

/// @throws Error if the file holds a quantized model; `remedy` says what is wanted.
Model load_float_model(const std::string& path, const std::string& remedy);

/// The data to use with a model: what was asked for, else what its notes say it was trained on, if that is here.
DataChoice data_for(const Model& model, DataChoice choice);

/// Images [first, first + count), normalised for the model, or as many as there are.
Tensor images_of(const Dataset& data, std::int64_t first, std::int64_t count, const Normalization& normalization);

/// Quantizes a copy. The layers that stay float32 are shared with `model`.
struct QuantizedModel {
  Model model;
  QuantReport report;
};
/// @param samples  may be undefined, if the scheme can do without
QuantizedModel quantize_copy(const Model& model, const Tensor& samples, const QuantConfig& config, Terminal& terminal);

/// @throws Error naming the first layer where a quantized network is not made from the other one.
void check_same_network(const Sequential& original, const Sequential& quantized);

std::string decibels(double value);         ///< "44.2", "no error" for +Inf, "-" for NaN
Json json_decibels(double value);           ///< a number, "inf", or null if it was not measured
std::string short_name(std::string layer);  ///< "784→128 relu" for "Linear(784, 128) + ReLU()"
Json json_of(const LayerQuantReport& layer);
/// One row per layer, what the columns mean, and remarks.
void print_layers(Terminal& terminal, const std::vector<LayerQuantReport>& layers);

}  // namespace tinytorch::cli
