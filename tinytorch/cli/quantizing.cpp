#include "tinytorch/cli/quantizing.h"

#include <CLI/CLI.hpp>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/data/loader.h"
#include "tinytorch/quant/flat.h"
#include "tinytorch/quant/quantized_file.h"

namespace tinytorch::cli {

QuantConfig QuantChoice::config() const {
  return {
      .scheme = parse_quant_scheme(scheme), .per_channel = !per_tensor, .observer = {.kind = parse_observer(observer)}};
}

void add_quant_options(CLI::App& command, QuantChoice& choice) {
  command.add_option("--scheme", choice.scheme, "dynamic, static or weight-only")
      ->check(CLI::IsMember({"dynamic", "static", "weight-only"}))
      ->capture_default_str();
  command.add_flag("--per-tensor", choice.per_tensor, "One scale for all weights of a layer, not one per output");
  command.add_option("--observer", choice.observer, "How static finds its ranges")
      ->check(CLI::IsMember({"min-max", "moving-average", "percentile", "mse", "entropy"}))
      ->capture_default_str();
  command.add_option("--calib", choice.calibration, "Training images to calibrate and measure with")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

Model load_float_model(const std::string& path, const std::string& remedy) {
  Model model = load_any_model(path);
  if (is_quantized(*model.network)) throw Error(path + ": is quantized already: " + remedy);
  return model;
}

DataChoice data_for(const Model& model, DataChoice choice) {
  if (!choice.data.empty() || !choice.directory.empty()) return choice;
  const auto note = model.notes.find("data");
  if (note == model.notes.end()) return choice;
  const bool here = note->second == "digits" || (note->second == "mnist" && !find_mnist().empty());
  if (here) {
    choice.data = note->second;
  } else if (has_idx_files(note->second)) {
    choice.directory = note->second;
  }
  return choice;
}

Tensor images_of(const Dataset& data, std::int64_t first, std::int64_t count, const Normalization& normalization) {
  return make_batch(data, first, std::min(count, data.size() - first), normalization).images;
}

QuantizedModel quantize_copy(const Model& model, const Tensor& samples, const QuantConfig& config, Terminal& terminal) {
  QuantizedModel result{{std::make_shared<Sequential>(*model.network), model.normalization, model.notes}, {}};
  Sequential& network = *result.model.network;
  Calibration calibration = prepare(network, config);
  if (samples.defined()) {
    calibrate(network, calibration, samples, [&](std::int64_t done) {
      if (!terminal.due()) return;
      terminal.progress(static_cast<double>(done) / static_cast<double>(samples.dim(0)),
                        "calibrating: " + grouped(done) + " of " + grouped(samples.dim(0)) + " images");
    });
    terminal.clear_progress();
  } else if (config.scheme == QuantScheme::static_) {
    throw Error("[quantize] static quantization needs training images to find its ranges: --calib 512");
  }
  result.report = convert(network, calibration, config);
  return result;
}

void check_same_network(const Sequential& original, const Sequential& quantized) {
  const std::vector<NamedQuantizedLinear> after = quantized_layers(quantized);
  std::size_t next = 0;
  for (const FlatModule& flat : flatten(original)) {
    const auto linear = exactly<Linear>(flat.module);
    if (!linear) continue;
    const std::string what = "layer " + to_string(flat.path) + ", " + linear->describe() + ", ";
    if (next == after.size()) throw Error("these are two different networks: " + what + "has no int8 layer");
    const QuantizedLinear& layer = *after[next++].layer;
    if (layer.in_features() != linear->in_features() || layer.out_features() != linear->out_features()) {
      throw Error("these are two different networks: " + what + "stands against " + layer.describe());
    }
  }
  if (next < after.size()) {
    throw Error("these are two different networks: layer " + after[next].name +
                " of the quantized one has no float32 layer");
  }
}

std::string decibels(double value) {
  if (std::isnan(value)) return "-";
  return std::isinf(value) ? "no error" : fixed(value, 1);
}

Json json_decibels(double value) {
  if (std::isnan(value)) return nullptr;
  return std::isinf(value) ? Json("inf") : Json(value);
}

Json json_of(const LayerQuantReport& layer) {
  return {{"layer", layer.name},
          {"was", layer.was},
          {"is", layer.is},
          {"weight_sqnr_db", json_decibels(layer.weight_sqnr)},
          {"rounding_sqnr_db", json_decibels(layer.rounding_sqnr)},
          {"clipping_sqnr_db", json_decibels(layer.clipping_sqnr)},
          {"output_sqnr_db", json_decibels(layer.output_sqnr)},
          {"clipped", layer.clipped},
          {"bytes_before", layer.bytes_before},
          {"bytes_after", layer.bytes_after},
          {"macs", layer.macs},
          {"kernel", layer.kernel},
          {"remarks", layer.remarks}};
}

std::string short_name(std::string layer) {
  const auto exchange = [&](std::string_view from, std::string_view to) {
    if (const auto at = layer.find(from); at != std::string::npos) layer.replace(at, from.size(), to);
  };
  exchange("Linear(", "");
  exchange(", ", "→");
  exchange(", bias=false", "");
  exchange(")", "");
  exchange(" + ReLU()", " relu");
  return layer;
}

void print_layers(Terminal& terminal, const std::vector<LayerQuantReport>& layers) {
  Table table({"layer", "", "bytes", "weights", "rounding", "clipping", "all", "kernel"}, 2);
  for (const LayerQuantReport& layer : layers) {
    table.add({layer.name, short_name(layer.was), grouped(layer.bytes_before) + " → " + grouped(layer.bytes_after),
               decibels(layer.weight_sqnr), decibels(layer.rounding_sqnr), decibels(layer.clipping_sqnr),
               decibels(layer.output_sqnr), layer.kernel});
  }
  for (const std::string& line : table.lines()) terminal.result(line);
  for (const LayerQuantReport& layer : layers) {
    for (const std::string& remark : layer.remarks) terminal.result("layer " + layer.name + ": " + remark);
  }
  terminal.remark(
      "weights, rounding, clipping, all: signal over the error from that cause in a layer's output, in dB. Higher is\n"
      "better: at 20 dB the error is a tenth of the signal, at 40 dB a hundredth.");
}

}  // namespace tinytorch::cli
