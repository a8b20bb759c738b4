#pragma once
#include "tinytorch/io/model.h"
#include "tinytorch/quant/pipeline.h"

/// A quantized model as one safetensors file that tells all about itself: nothing of the float model is needed to use
/// it.
///   "0.weight" I8 (out, in), "0.weight_scale" F32 (out), "0.bias" F32 (out) if there is one, and where the input range
///   is fixed "0.input_scale" F32 () and "0.input_zero_point" I8 (); inside an IntegerNetwork the names are
///   "0.1.weight", … metadata: "format" = "tinytorch-quantized", "format_version" = "1", "architecture" =
///   network->describe(), "scheme", "per_channel", "observer", the normalisation and the notes as in a float model's
///   file.
namespace tinytorch {

bool is_quantized(const Sequential& model);  ///< holds a quantized layer
bool is_quantized(const Safetensors& file);  ///< by its format

/// @throws Error if the model is not quantized, or has float parameters beside (a Linear that was not quantized).
Safetensors to_quantized_safetensors(const Model& model);
/// Outputs of the model it makes are bit-equal to those of the one that was stored, on every machine.
/// @throws Error naming what is missing, extra, of another shape or dtype, out of range, or a newer format version; for
/// a float model's file it names load_model.
Model from_quantized_safetensors(const Safetensors& file);

void save_quantized_model(const std::filesystem::path& path, const Model& model);
Model load_quantized_model(const std::filesystem::path& path);

/// A float or a quantized model, by what the file says it is.
Model load_any_model(const std::filesystem::path& path);

}  // namespace tinytorch
