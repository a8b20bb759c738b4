#include "tinytorch/io/network_file.h"

#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/io/text.h"

namespace tinytorch {
namespace {

constexpr std::int64_t kFormatVersion = 1;

float stored_float(const Safetensors& file, const std::string& key) {
  const std::string& text = metadata_value(file, key);
  const auto value = parse_number<float>(text);
  if (!value || !std::isfinite(*value))
    throw Error("[model] metadata " + key + " is " + in_quotes(text) + ", not a number");
  return *value;
}

/// "2 tensors (F32 "a" (2, 3), F16 "b" (5,))"
std::string contents(const Safetensors& file) {
  std::string text = std::to_string(file.tensors.size()) + (file.tensors.size() == 1 ? " tensor" : " tensors");
  int shown = 0;
  for (const auto& [name, tensor] : file.tensors) {
    text += (shown == 0 ? " (" : ", ") + std::string(to_string(tensor.dtype)) + " " + in_quotes(name) + " " +
            to_string(tensor.shape);
    if (++shown == 3) break;
  }
  if (shown > 0) text += file.tensors.size() > 3 ? ", …)" : ")";
  return text;
}

}  // namespace

Safetensors network_file(const Sequential& network, const Normalization& normalization) {
  Safetensors file;
  for (const auto& [name, tensor] : network.named_parameters()) file.tensors[name] = store(tensor.value());
  file.metadata["format"] = "tinytorch";
  file.metadata["format_version"] = std::to_string(kFormatVersion);
  file.metadata["architecture"] = network.describe();
  file.metadata["normalization.mean"] = exact_text(normalization.mean);
  file.metadata["normalization.standard_deviation"] = exact_text(normalization.standard_deviation);
  return file;
}

void check_format(const Safetensors& file) {
  const auto format = file.metadata.find("format");
  if (format != file.metadata.end() && format->second == "tinytorch-quantized") {
    throw Error("[model] a quantized model, which has int8 weights: load_quantized_model or load_any_model reads it");
  }
  if (format == file.metadata.end() || format->second != "tinytorch") {
    throw Error(
        "[model] not a file of tinytorch, but safetensors with " + contents(file) + " and " +
        (format == file.metadata.end() ? "no format in its metadata" : "the format " + in_quotes(format->second)) +
        "; tt info shows all of it");
  }
  const std::string& text = metadata_value(file, "format_version");
  const auto version = parse_number<std::int64_t>(text);
  if (!version || *version < 1) throw Error("[model] format_version is " + in_quotes(text) + ", not a version");
  if (*version > kFormatVersion) {
    throw Error("[model] format_version is " + text + ", and this program reads up to " +
                std::to_string(kFormatVersion) + ": a newer tinytorch wrote the file");
  }
}

Normalization stored_normalization(const Safetensors& file) {
  const Normalization result{stored_float(file, "normalization.mean"),
                             stored_float(file, "normalization.standard_deviation")};
  if (!(result.standard_deviation > 0)) {
    throw Error("[model] metadata normalization.standard_deviation is " + exact_text(result.standard_deviation) +
                ": it must be positive");
  }
  return result;
}

const std::string& metadata_value(const Safetensors& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) throw Error("[model] " + key + " is missing in the metadata");
  return found->second;
}

std::vector<Array> matching_values(const Safetensors& file, std::string_view prefix,
                                   const std::vector<NamedTensor>& parameters) {
  std::vector<Array> values;
  for (const auto& [name, tensor] : parameters) {
    const std::string full = std::string(prefix) + name;
    const auto found = file.tensors.find(full);
    if (found == file.tensors.end()) throw Error("[model] tensor " + in_quotes(full) + " is missing");
    if (found->second.shape != tensor.shape()) {
      throw Error("[model] tensor " + in_quotes(full) + " has shape " + to_string(found->second.shape) +
                  " where the architecture needs " + to_string(tensor.shape()));
    }
    values.push_back(restore(found->second, full));
  }
  return values;
}

void check_no_others(const Safetensors& file, const std::vector<std::string_view>& prefixes,
                     const std::vector<NamedTensor>& parameters) {
  for (const auto& item : file.tensors) {
    const std::string& name = item.first;
    const bool other = std::ranges::any_of(prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
    if (other || std::ranges::find(parameters, name, &NamedTensor::name) != parameters.end()) continue;
    throw Error("[model] tensor " + in_quotes(name) + " " + to_string(item.second.shape) +
                " has no place in the architecture");
  }
}

void overwrite(Array& target, const Array& values) noexcept { std::ranges::copy(values.values(), target.data()); }

}  // namespace tinytorch
