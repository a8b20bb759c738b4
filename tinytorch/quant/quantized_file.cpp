#include "tinytorch/quant/quantized_file.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "tinytorch/base/error.h"
#include "tinytorch/io/network_file.h"
#include "tinytorch/io/text.h"
#include "tinytorch/quant/quantized_architecture.h"

namespace tinytorch {
namespace {

constexpr std::string_view kFormat = "tinytorch-quantized", kNotePrefix = "note.";
constexpr std::int64_t kVersion = 1;

StoredTensor store_codes(const Shape& shape, std::span<const std::int8_t> codes) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(codes.data());
  return {DType::I8, shape, {bytes, bytes + codes.size()}};
}

/// Takes tensors out of a file by name, and knows at the end which were not asked for.
class Reader {
 public:
  explicit Reader(const Safetensors& file) : file_(file) {}

  bool has(const std::string& name) const { return file_.tensors.contains(name); }

  const StoredTensor& take(const std::string& name, DType dtype, const Shape& shape) {
    const auto found = file_.tensors.find(name);
    if (found == file_.tensors.end()) throw Error("[quantized_model] tensor " + in_quotes(name) + " is missing");
    const StoredTensor& tensor = found->second;
    if (tensor.dtype != dtype || tensor.shape != shape) {
      throw Error("[quantized_model] tensor " + in_quotes(name) + " is " + std::string(to_string(tensor.dtype)) + " " +
                  to_string(tensor.shape) + " where the architecture needs " + std::string(to_string(dtype)) + " " +
                  to_string(shape));
    }
    taken_.insert(name);
    return tensor;
  }
  Array floats(const std::string& name, const Shape& shape) { return restore(take(name, DType::F32, shape), name); }
  std::vector<std::int8_t> codes(const std::string& name, const Shape& shape) {
    const StoredTensor& tensor = take(name, DType::I8, shape);
    std::vector<std::int8_t> values(tensor.bytes.size());
    std::ranges::transform(tensor.bytes, values.begin(), [](std::uint8_t b) { return static_cast<std::int8_t>(b); });
    return values;
  }

  void expect_no_more() const {
    for (const auto& item : file_.tensors) {
      if (!taken_.contains(item.first)) {
        throw Error("[quantized_model] tensor " + in_quotes(item.first) + " has no place in the architecture");
      }
    }
  }

 private:
  const Safetensors& file_;
  std::set<std::string> taken_;
};

std::shared_ptr<QuantizedLinear> read_layer(Reader& reader, const std::string& path, const QuantizedLinearSpec& spec,
                                            QuantConfig config) {
  const auto name = [&](const char* tensor) { return path + "." + tensor; };
  QuantizedWeight weight{{{spec.out, spec.in}, {}}, {}, config.per_channel};
  weight.codes.values = reader.codes(name("weight"), {spec.out, spec.in});
  const Array scales = reader.floats(name("weight_scale"), {spec.out});
  weight.scales.assign(scales.values().begin(), scales.values().end());
  const Array bias = spec.bias ? reader.floats(name("bias"), {spec.out}) : Array();
  std::optional<QParams> input;
  if (spec.scheme == QuantScheme::static_) {
    input = QParams{reader.floats(name("input_scale"), {}).item(), reader.codes(name("input_zero_point"), {}).front()};
  }
  config.scheme = spec.scheme;
  try {
    return std::make_shared<QuantizedLinear>(weight, bias, config, spec.relu, input);
  } catch (const Error& error) {
    throw Error("[quantized_model] layer " + path + ": " + error.what());
  }
}

void check_quantized_format(const Safetensors& file) {
  if (!is_quantized(file)) {
    const auto format = file.metadata.find("format");
    const bool model = format != file.metadata.end() && format->second == "tinytorch";
    throw Error(
        model ? "[quantized_model] this is a float32 model: load_model reads it, and tt quantize makes an int8 one"
              : "[quantized_model] not a quantized model of tinytorch: its metadata has " +
                    (format == file.metadata.end() ? "no format" : "the format " + in_quotes(format->second)));
  }
  const auto version = parse_number<std::int64_t>(metadata_value(file, "format_version"));
  if (version != kVersion) {
    throw Error("[quantized_model] format_version is " + in_quotes(metadata_value(file, "format_version")) +
                ", and this program reads " + std::to_string(kVersion));
  }
}

template <class Function>
auto with_path(const std::filesystem::path& path, Function function) {
  try {
    return function();
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
}

}  // namespace

bool is_quantized(const Sequential& model) { return !quantized_layers(model).empty(); }

bool is_quantized(const Safetensors& file) {
  const auto format = file.metadata.find("format");
  return format != file.metadata.end() && format->second == kFormat;
}

Safetensors to_quantized_safetensors(const Model& model) {
  const std::vector<NamedQuantizedLinear> layers = quantized_layers(*model.network);
  if (layers.empty()) throw Error("[quantized_model] the model is not quantized: save_model stores it");
  // The metadata of a float model's file, and of its tensors the biases.
  Safetensors file = network_file(*model.network, model.normalization);
  file.metadata["format"] = kFormat;
  file.metadata["format_version"] = std::to_string(kVersion);
  const QuantConfig& config = layers.front().layer->config();
  file.metadata["scheme"] = to_string(config.scheme);
  file.metadata["per_channel"] = config.per_channel ? "true" : "false";
  file.metadata["observer"] = to_string(config.observer.kind);
  for (const auto& [name, text] : model.notes) file.metadata[std::string(kNotePrefix) + name] = text;

  std::size_t biases = 0;
  for (const auto& [name, layer] : layers) {
    biases += layer->bias().defined();
    const QuantizedWeight weight = layer->weight();
    file.tensors[name + ".weight"] = store_codes(weight.codes.shape, weight.codes.values);
    file.tensors[name + ".weight_scale"] = store(Array({layer->out_features()}, weight.scales));
    if (const auto& input = layer->input_qparams()) {
      file.tensors[name + ".input_scale"] = store(Array({}, {input->scale}));
      const auto zero_point = static_cast<std::int8_t>(input->zero_point);
      file.tensors[name + ".input_zero_point"] = store_codes({}, {&zero_point, 1});
    }
  }
  if (model.network->named_parameters().size() != biases) {
    throw Error("[quantized_model] " + model.network->describe() + " has float32 layers beside the quantized ones");
  }
  return file;
}

Model from_quantized_safetensors(const Safetensors& file) {
  check_quantized_format(file);
  Reader reader(file);
  QuantConfig config;
  const std::string& per_channel = metadata_value(file, "per_channel");
  if (per_channel != "true" && per_channel != "false") {
    throw Error("[quantized_model] metadata per_channel is " + in_quotes(per_channel) + ": true or false");
  }
  config.per_channel = per_channel == "true";
  config.observer.kind = parse_observer(metadata_value(file, "observer"));
  Model model{nullptr, stored_normalization(file), {}};
  model.network = parse_quantized_architecture(
      metadata_value(file, "architecture"),
      [&](const std::string& path, const QuantizedLinearSpec& spec) { return read_layer(reader, path, spec, config); });
  reader.expect_no_more();
  for (const auto& [key, text] : file.metadata) {
    if (key.starts_with(kNotePrefix)) model.notes[key.substr(kNotePrefix.size())] = text;
  }
  model.network->set_training(false);
  return model;
}

void save_quantized_model(const std::filesystem::path& path, const Model& model) {
  write_safetensors(path, with_path(path, [&] { return to_quantized_safetensors(model); }));
}

Model load_quantized_model(const std::filesystem::path& path) {
  const Safetensors file = read_safetensors(path);
  return with_path(path, [&] { return from_quantized_safetensors(file); });
}

Model load_any_model(const std::filesystem::path& path) {
  const Safetensors file = read_safetensors(path);
  return with_path(path,
                   [&] { return is_quantized(file) ? from_quantized_safetensors(file) : from_safetensors(file); });
}

}  // namespace tinytorch
