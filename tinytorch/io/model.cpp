#include "tinytorch/io/model.h"

#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/io/network_file.h"
#include "tinytorch/io/text.h"
#include "tinytorch/nn/architecture.h"

namespace tinytorch {
namespace {

constexpr std::string_view kNotePrefix = "note.";

void check_finite(const std::string& name, const Array& values) {
  for (std::int64_t i = 0; i < values.size(); ++i) {
    const float value = values.data()[i];
    if (std::isfinite(value)) continue;
    Shape index;
    std::int64_t rest = i;
    for (const std::int64_t stride : row_major_strides(values.shape())) index.push_back(rest / stride), rest %= stride;
    throw Error("[model] tensor " + in_quotes(name) + " is " + exact_text(value) + " at index " + to_string(index) +
                ": such a model computes nothing");
  }
}

/// Builds what the metadata names. The text is from outside: it may not ask for much more memory than the file's
/// tensors take, whose bytes are there.
std::shared_ptr<Sequential> build_network(const Safetensors& file) {
  constexpr std::int64_t kAlwaysAllowed = std::int64_t{1} << 20;  // so that small mistakes are told by name
  const std::string& architecture = metadata_value(file, "architecture");
  const std::int64_t parameters = count_architecture_parameters(architecture);
  std::int64_t stored = 0;
  for (const auto& item : file.tensors) stored += static_cast<std::int64_t>(item.second.bytes.size() / sizeof(float));
  if (parameters > stored + kAlwaysAllowed) {
    throw Error("[model] the architecture has " + std::to_string(parameters) + " parameters, but the file has only " +
                std::to_string(stored));
  }
  Rng rng(0);  // every value is replaced
  return parse_architecture(architecture, rng);
}

}  // namespace

Safetensors to_safetensors(const Model& model) {
  for (const auto& [name, tensor] : model.network->named_parameters()) check_finite(name, tensor.value());
  Safetensors file = network_file(*model.network, model.normalization);
  for (const auto& [name, text] : model.notes) file.metadata[std::string(kNotePrefix) + name] = text;
  return file;
}

Model from_safetensors(const Safetensors& file) {
  check_format(file);
  Model model{build_network(file), stored_normalization(file), {}};
  std::vector<NamedTensor> parameters = model.network->named_parameters();
  const std::vector<Array> values = matching_values(file, "", parameters);
  const bool checkpoint = file.metadata.contains(std::string(kCheckpointVersionKey));
  check_no_others(file, checkpoint ? std::vector{kOptimizerPrefix, kBestPrefix} : std::vector<std::string_view>{},
                  parameters);
  for (std::size_t i = 0; i < values.size(); ++i) {
    check_finite(parameters[i].name, values[i]);
    overwrite(parameters[i].tensor.mutable_value(), values[i]);
  }
  for (const auto& [key, text] : file.metadata) {
    if (key.starts_with(kNotePrefix)) model.notes[key.substr(kNotePrefix.size())] = text;
  }
  model.network->set_training(false);
  return model;
}

void save_model(const std::filesystem::path& path, const Model& model) {
  Safetensors file;
  try {
    file = to_safetensors(model);
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
  write_safetensors(path, file);
}

Model load_model(const std::filesystem::path& path) {
  const Safetensors file = read_safetensors(path);
  try {
    return from_safetensors(file);
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
}

}  // namespace tinytorch
