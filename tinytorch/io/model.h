#pragma once
#include <filesystem>

#include "tinytorch/data/dataset.h"
#include "tinytorch/io/safetensors.h"
#include "tinytorch/nn/sequential.h"

namespace tinytorch {

/// A model with what is needed to use it: how its input is normalised, and how it was trained.
struct Model {
  std::shared_ptr<Sequential> network;
  Normalization normalization;
  std::map<std::string, std::string> notes;  ///< free text for people: "optimizer", "epochs", "data", …
};

/// Parameters by name, and metadata "format" = "tinytorch", "format_version" = "1", "architecture" =
/// network->describe(), "normalization.mean", "normalization.standard_deviation" (exact), and the notes as
/// "note.<name>".
Safetensors to_safetensors(const Model& model);

/// Rebuilds the network from the file alone.
/// @throws Error naming what is missing, extra, of another shape or dtype, a newer format version, or a value that is
/// NaN.
Model from_safetensors(const Safetensors& file);

void save_model(const std::filesystem::path& path, const Model& model);
Model load_model(const std::filesystem::path& path);

}  // namespace tinytorch
