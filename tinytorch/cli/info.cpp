#include <CLI/CLI.hpp>

#include "tinytorch/cli/command.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/cli/terminal.h"
#include "tinytorch/quant/quantized_file.h"
#include "tinytorch/report/model_info.h"

namespace tinytorch::cli {
namespace {

/// Weights are codes here, so that what the parameters count and weigh is asked of the layers.
void add_quantized(Json& report, const Model& model) {
  std::int64_t parameters = 0, bytes = 0, operations = 0;
  for (const auto& [name, layer] : quantized_layers(*model.network)) {
    const std::int64_t weights = layer->in_features() * layer->out_features(), bias = layer->bias().size();
    report["layers"].push_back({{"layer", layer->describe()}, {"parameters", weights + bias}});
    parameters += weights + bias;
    bytes += layer->memory_usage().total();
    operations += 2 * weights + bias;
  }
  report["architecture"] = model.network->describe();
  report["parameters"] = parameters;
  report["parameter_bytes"] = bytes;
  report["flops_per_image"] = operations;
}

/// What any safetensors file tells, and more if it is a model of ours.
Json examine(const std::string& path) {
  const Safetensors file = read_safetensors(path);
  Json report = {{"file", path}, {"file_bytes", std::filesystem::file_size(path)}};

  const auto format = file.metadata.find("format");
  const bool ours = format != file.metadata.end() && format->second == "tinytorch";
  report["architecture"] = nullptr;
  report["layers"] = Json::array();
  report["quantized"] = is_quantized(file);
  if (is_quantized(file)) {
    add_quantized(report, from_quantized_safetensors(file));
  } else if (ours) {
    const Model model = from_safetensors(file);
    report["architecture"] = model.network->describe();
    report["parameters"] = count_parameters(*model.network);
    report["parameter_bytes"] = model_bytes(*model.network);
    report["flops_per_image"] = count_flops(*model.network, 1);
    for (const ModulePtr& layer : model.network->modules()) {
      report["layers"].push_back({{"layer", layer->describe()}, {"parameters", count_parameters(*layer)}});
    }
  }

  std::int64_t elements = 0, bytes = 0;
  report["tensors"] = Json::array();
  for (const auto& [name, tensor] : file.tensors) {
    const std::int64_t count = element_count(tensor.shape);
    elements += count;
    bytes += static_cast<std::int64_t>(tensor.bytes.size());
    report["tensors"].push_back({{"name", name},
                                 {"dtype", to_string(tensor.dtype)},
                                 {"shape", tensor.shape},
                                 {"elements", count},
                                 {"bytes", tensor.bytes.size()}});
  }
  report["elements"] = elements;
  report["tensor_bytes"] = bytes;
  report["metadata"] = file.metadata;
  return report;
}

int info(const Common& common, const std::string& path) {
  Terminal terminal(common.json, common.quiet);
  const Json report = examine(path);
  terminal.json(json_text(report));

  const auto number = [](const Json& value) { return grouped(value.get<std::int64_t>()); };
  terminal.result(printable(path) + ": " + byte_text(report["file_bytes"].get<std::uint64_t>()));
  if (!report["architecture"].is_null()) {
    terminal.result("\nlayers");
    for (const Json& layer : report["layers"]) {
      terminal.result("  " + layer["layer"].get<std::string>() +
                      (layer["parameters"] == 0 ? "" : "  " + number(layer["parameters"]) + " parameters"));
    }
    terminal.result("  " + number(report["parameters"]) + " parameters in " +
                    byte_text(report["parameter_bytes"].get<std::uint64_t>()) + ", " +
                    number(report["flops_per_image"]) +
                    (report["quantized"] ? " operations per image" : " floating-point operations per image"));
  }
  terminal.result("\ntensors");
  for (const Json& tensor : report["tensors"]) {
    terminal.result("  " + printable(tensor["name"].get<std::string>()) + "  " + tensor["dtype"].get<std::string>() +
                    " " + to_string(tensor["shape"].get<Shape>()) + "  " + number(tensor["bytes"]) + " bytes");
  }
  terminal.result("  " + number(report["elements"]) + " elements in " + number(report["tensor_bytes"]) + " bytes");
  if (!report["metadata"].empty()) {
    terminal.result("\nmetadata");
    for (const auto& [key, value] : report["metadata"].items()) {
      terminal.result("  " + printable(key) + ": " + printable(value.get<std::string>()));
    }
  }
  return 0;
}

}  // namespace

void add_info(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("info", "Layers, parameters and bytes of a safetensors file, ours or not");
  add_common(*command, common, "  tt info model.safetensors\n  tt info --json model.safetensors");
  auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "A safetensors file")->required();
  command->callback([&common, path] { common.action = [&common, path] { return info(common, *path); }; });
}

}  // namespace tinytorch::cli
