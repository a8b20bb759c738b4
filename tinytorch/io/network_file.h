#pragma once
#include "tinytorch/data/dataset.h"
#include "tinytorch/io/safetensors.h"
#include "tinytorch/nn/sequential.h"

/// What a model file and a checkpoint have in common: parameters by name, the architecture and the normalisation.
namespace tinytorch {

constexpr std::string_view kOptimizerPrefix = "optimizer.";
constexpr std::string_view kBestPrefix = "best.";
constexpr std::string_view kCheckpointVersionKey = "checkpoint.version";

Safetensors network_file(const Sequential& network, const Normalization& normalization);

/// @throws Error saying what the file is if it is not one of ours, or of a newer format.
void check_format(const Safetensors& file);

Normalization stored_normalization(const Safetensors& file);

/// The value of a metadata key. @throws Error if it is not there.
const std::string& metadata_value(const Safetensors& file, const std::string& key);

/// Values for these parameters, from the tensors named prefix + name. @throws Error naming what is missing or does not
/// fit.
std::vector<Array> matching_values(const Safetensors& file, std::string_view prefix,
                                   const std::vector<NamedTensor>& parameters);

/// @throws Error naming the first tensor that starts with none of the prefixes and is none of the parameters.
void check_no_others(const Safetensors& file, const std::vector<std::string_view>& prefixes,
                     const std::vector<NamedTensor>& parameters);

/// Writes into memory that tensors of a network or an optimizer share; shapes are known to be equal.
void overwrite(Array& target, const Array& values) noexcept;

}  // namespace tinytorch
