#include <CLI/CLI.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/quantizing.h"
#include "tinytorch/quant/quantized_file.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;

struct QuantizeOptions {
  std::string model;
  QuantChoice quant;
  DataChoice data;
  fs::path out;
  bool force = false;
};

/// model.safetensors -> model.int8.safetensors
fs::path int8_path(const fs::path& model) {
  return model.parent_path() / (model.stem().string() + ".int8" + model.extension().string());
}

void check_output(const fs::path& out, const QuantizeOptions& options) {
  const auto status = fs::status(out);
  if (!fs::exists(status)) return;
  if (!fs::is_regular_file(status)) throw Error(out.string() + ": is not a regular file");
  if (fs::equivalent(out, options.model)) {
    throw Error(out.string() + ": is the float32 model itself; --out gives another name");
  }
  if (!options.force) throw Error(out.string() + ": exists; --force replaces it, --out gives another name");
}

/// Training images only: ranges that were chosen on the test set would make the test say too much.
Tensor calibration_images(const Model& model, const QuantizeOptions& options, Terminal& terminal, std::string& name) {
  if (options.quant.calibration == 0) return {};
  const ChosenData data = load_data(data_for(model, options.data), terminal);
  name = data.name;
  return images_of(data.splits.train, 0, options.quant.calibration, model.normalization);
}

int quantize(const Common& common, const QuantizeOptions& options) {
  Terminal terminal(common.json, common.quiet);
  const QuantConfig config = options.quant.config();
  const Model model = load_float_model(options.model, "give the float32 model that it was made from");
  const fs::path out = options.out.empty() ? int8_path(options.model) : options.out;
  check_output(out, options);
  if (options.quant.calibration == 0 && config.scheme == QuantScheme::static_) {
    throw Error("static quantization needs training images to find its ranges: --calib 512");
  }

  std::string data;
  const Tensor samples = calibration_images(model, options, terminal, data);
  const std::int64_t images = samples.defined() ? samples.dim(0) : 0;
  terminal.remark("Quantizing " + model.network->describe() + ": " + options.quant.scheme + ", " +
                  (config.per_channel ? "a scale per output" : "one scale per layer") +
                  (images > 0 ? ", " + grouped(images) + " training images of " + data : ""));
  const auto trained_on = model.notes.find("data");
  if (images > 0 && trained_on != model.notes.end() && trained_on->second != data) {
    terminal.remark("The model was trained on " + printable(trained_on->second) + ": ranges and errors on " + data +
                    " may differ");
  }
  QuantizedModel quantized = quantize_copy(model, samples, config, terminal);
  if (images > 0) quantized.model.notes["calibration"] = std::to_string(images) + " training images of " + data;
  save_quantized_model(out, quantized.model);

  const QuantReport& report = quantized.report;
  const auto before = fs::file_size(options.model), after = fs::file_size(out);
  Json json = {{"model", options.model},
               {"out", out.string()},
               {"scheme", options.quant.scheme},
               {"per_channel", config.per_channel},
               {"observer", config.scheme == QuantScheme::static_ ? Json(options.quant.observer) : Json(nullptr)},
               {"calibration", {{"data", images > 0 ? Json(data) : Json(nullptr)}, {"images", images}}},
               {"layers", Json::array()},
               {"skipped", Json::array()},
               {"logits_sqnr_db", json_decibels(report.output_sqnr)},
               {"accuracy", nullptr},
               {"file_bytes_before", before},
               {"file_bytes_after", after}};
  for (const LayerQuantReport& layer : report.layers) json["layers"].push_back(json_of(layer));
  for (const auto& [layer, why] : report.skipped) json["skipped"].push_back({{"layer", layer}, {"why", why}});
  terminal.json(json_text(json));

  print_layers(terminal, report.layers);
  for (const auto& [layer, why] : report.skipped) terminal.result("layer " + layer + ": " + why);
  if (images == 0) terminal.remark("Without images, only the error of the weights themselves is known.");
  if (images > 0) terminal.result("logits of the whole network: " + decibels(report.output_sqnr) + " dB");
  terminal.result("saved " + out.string() + ": " + grouped(static_cast<std::int64_t>(after)) + " bytes on disk, from " +
                  grouped(static_cast<std::int64_t>(before)) + " (" +
                  fixed(static_cast<double>(before) / static_cast<double>(after), 2) + "× smaller)");
  terminal.remark("Accuracy was not measured. This does: " + program_name() + " compare " + options.model + " " +
                  out.string());
  return 0;
}

}  // namespace

void add_quantize(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("quantize", "Make an int8 model of a float32 one");
  add_common(*command, common,
             "  tt quantize model.safetensors\n"
             "  tt quantize model.safetensors --scheme static --calib 1000\n"
             "  tt quantize model.safetensors --scheme static --observer percentile --out small.safetensors\n"
             "  tt quantize model.safetensors --scheme weight-only --per-tensor\n\n"
             "dynamic      int8 weights and products; the range of each row of inputs is measured when it comes\n"
             "static       the same with ranges fixed now, from training images; between layers all is integer\n"
             "weight-only  int8 in the file and in memory, float32 products\n\n"
             "Images are taken from the training set, never from the test set. --calib 0 takes none: then dynamic and\n"
             "weight-only tell the error of the weights alone.");
  auto options = std::make_shared<QuantizeOptions>();
  command->add_option("model", options->model, "A float32 model that tt train wrote")->required();
  add_quant_options(*command, options->quant);
  add_data_options(*command, options->data);
  command->add_option("--out", options->out, "The int8 model's file [model.int8.safetensors, beside the model]");
  command->add_flag("--force", options->force, "Replace what --out names");
  command->callback([&common, options] { common.action = [&common, options] { return quantize(common, *options); }; });
}

}  // namespace tinytorch::cli
