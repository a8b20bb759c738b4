#include "tinytorch/cli/predict.h"

#include <CLI/CLI.hpp>
#include <charconv>

#include "tinytorch/cli/command.h"
#include "tinytorch/cli/data_choice.h"
#include "tinytorch/cli/drawing.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/data/loader.h"
#include "tinytorch/io/image.h"
#include "tinytorch/quant/quantized_file.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch::cli {
namespace {

struct PredictOptions {
  std::string model;
  std::vector<std::string> images;
  DataChoice data;
};

}  // namespace

std::vector<float> predict_probabilities(const Model& model, std::span<const std::uint8_t> pixels) {
  Dataset one;
  one.name = "image";
  one.height = 1;
  one.width = static_cast<std::int64_t>(pixels.size());
  one.classes = 10;
  one.pixels.assign(pixels.begin(), pixels.end());
  one.labels = {0};
  const NoGrad no_history;
  model.network->set_training(false);
  const Tensor probabilities = softmax((*model.network)(make_batch(one, 0, 1, model.normalization).images));
  const auto values = probabilities.value().values();
  return {values.begin(), values.end()};
}

std::optional<ImageReference> parse_image_reference(std::string_view text) {
  ImageReference reference;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    reference.split = text.substr(0, colon);
    if (reference.split != "test" && reference.split != "train") return {};
    text.remove_prefix(colon + 1);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), reference.index);
  if (error != std::errc() || end != text.data() + text.size() || text[0] == '-') return {};
  return reference;
}

void show_prediction(Terminal& terminal, const std::string& title, std::span<const std::uint8_t> pixels,
                     std::int64_t width, const std::vector<float>& probabilities) {
  terminal.result("\n" + title);
  const auto picture = draw_image(pixels, width, terminal.colour());
  for (const std::string& line : beside(picture, static_cast<std::size_t>(width), draw_probabilities(probabilities))) {
    terminal.result(line);
  }
}

namespace {

int predict(const Common& common, const PredictOptions& options) {
  Terminal terminal(common.json, common.quiet);
  const Model model = load_any_model(options.model);
  std::optional<ChosenData> data;  // loaded when the first index asks for it
  Json report = {{"model", options.model}, {"images", Json::array()}};
  for (const std::string& text : options.images) {
    std::vector<std::uint8_t> pixels;
    std::int64_t width = 28;
    Json label = nullptr;
    if (const auto reference = parse_image_reference(text)) {
      if (!data) data = load_data(options.data, terminal);
      const Dataset& split = reference->split == "train" ? data->splits.train : data->splits.test;
      const auto image = split.image(reference->index);
      pixels.assign(image.begin(), image.end());
      width = split.width;
      label = split.labels[static_cast<std::size_t>(reference->index)];
    } else {
      pixels = to_mnist_image(read_image(text)).pixels;
    }
    const std::vector<float> probabilities = predict_probabilities(model, pixels);
    const auto best = std::ranges::max_element(probabilities) - probabilities.begin();
    report["images"].push_back(
        {{"image", text}, {"label", label}, {"prediction", best}, {"probabilities", probabilities}});
    show_prediction(terminal,
                    printable(text) + ": " + std::to_string(best) +
                        (label.is_null() ? "" : " (it is a " + std::to_string(label.get<int>()) + ")"),
                    pixels, width, probabilities);
  }
  terminal.json(json_text(report));
  return 0;
}

}  // namespace

void add_predict(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("predict", "Draw images in the terminal, and what a model says of them");
  add_common(*command, common,
             "  tt predict model.safetensors 42            image 42 of the test set\n"
             "  tt predict model.safetensors train:7 test:0\n"
             "  tt predict model.safetensors photo.png");
  auto options = std::make_shared<PredictOptions>();
  command->add_option("model", options->model, "A model that tt train or tt quantize wrote")->required();
  command->add_option("image", options->images, "An index (42, test:42, train:42) or a PNG or PGM file")->required();
  add_data_options(*command, options->data);
  command->callback([&common, options] { common.action = [&common, options] { return predict(common, *options); }; });
}

}  // namespace tinytorch::cli
