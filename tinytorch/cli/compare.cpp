#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/drawing.h"
#include "tinytorch/cli/quantizing.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/data/loader.h"
#include "tinytorch/quant/quantized_file.h"
#include "tinytorch/tensor/ops.h"
#include "tinytorch/train/trainer.h"

namespace tinytorch::cli {
namespace {

constexpr std::int64_t kLayerImages = 256;  // what each layer is measured with: more would say the same

struct CompareOptions {
  std::string original, quantized, split = "test";
  DataChoice data;
  std::int64_t limit = 0, show = 3;
};

/// Two networks' answers to the same images.
struct Answers {
  Array logits[2], probabilities[2];  ///< (images, classes), float32 and int8
  std::vector<std::int64_t> predicted[2];
};

Answers ask(const Model& original, const Model& quantized, const Dataset& data, Terminal& terminal) {
  Answers answers;
  std::vector<float> logits[2];
  constexpr std::int64_t kBatch = 256;
  for (std::int64_t i = 0; i < data.size(); i += kBatch) {
    const Tensor images = images_of(data, i, kBatch, original.normalization);
    for (const int k : {0, 1}) {
      const Tensor y = (*(k == 0 ? original : quantized).network)(images);
      if (y.rank() != 2 || y.dim(1) != data.classes) {
        throw Error("[compare] the networks give " + to_string(y.shape()) + " where the data has " +
                    std::to_string(data.classes) + " classes");
      }
      logits[k].insert(logits[k].end(), y.value().values().begin(), y.value().values().end());
    }
    if (terminal.due()) {
      terminal.progress(static_cast<double>(i) / static_cast<double>(data.size()),
                        grouped(i) + " of " + grouped(data.size()) + " images");
    }
  }
  terminal.clear_progress();
  for (const int k : {0, 1}) {
    answers.logits[k] = Array({data.size(), data.classes}, std::span<const float>(logits[k]));
    answers.probabilities[k] = softmax(Tensor(answers.logits[k])).value();
    for (std::int64_t i = 0; i < data.size(); ++i) {
      answers.predicted[k].push_back(predicted_class(answers.logits[k], i));
    }
  }
  return answers;
}

std::span<const float> row_of(const Array& values, std::int64_t row) {
  const auto width = static_cast<std::size_t>(values.dim(1));
  return values.values().subspan(static_cast<std::size_t>(row) * width, width);
}

/// Images on which the networks disagree, then those on which a probability changed; the largest change first.
std::vector<std::int64_t> worst_images(const Answers& answers, std::int64_t count) {
  std::vector<std::pair<double, std::int64_t>> ranking;
  for (std::size_t i = 0; i < answers.predicted[0].size(); ++i) {
    const auto image = static_cast<std::int64_t>(i);
    const auto p = row_of(answers.probabilities[0], image), q = row_of(answers.probabilities[1], image);
    double change = answers.predicted[0][i] != answers.predicted[1][i] ? 1 : 0;
    double largest = 0;
    for (std::size_t j = 0; j < p.size(); ++j) largest = std::max(largest, std::abs(static_cast<double>(p[j]) - q[j]));
    ranking.emplace_back(-(change + largest), image);
  }
  const auto shown =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(static_cast<std::size_t>(count), ranking.size()));
  std::partial_sort(ranking.begin(), ranking.begin() + shown, ranking.end());
  std::vector<std::int64_t> images;
  for (std::ptrdiff_t i = 0; i < shown; ++i) images.push_back(ranking[static_cast<std::size_t>(i)].second);
  return images;
}

void show_image(Terminal& terminal, const Json& image, const Dataset& data, std::int64_t index) {
  const int label = image["label"], before = image["float_prediction"], after = image["int8_prediction"];
  terminal.result("\n" + image["image"].get<std::string>() + " is a " + std::to_string(label) + "; " +
                  (before == after
                       ? "both say " + std::to_string(before)
                       : "float32 says " + std::to_string(before) + ", int8 says " + std::to_string(after)));
  Table table({"class", "float32", "int8"});
  for (std::size_t i = 0; i < image["float_probabilities"].size(); ++i) {
    table.add({std::to_string(i), percent(image["float_probabilities"][i]), percent(image["int8_probabilities"][i])});
  }
  const auto picture = draw_image(data.image(index), data.width, terminal.colour());
  for (const std::string& line : beside(picture, static_cast<std::size_t>(data.width), table.lines())) {
    terminal.result(line);
  }
}

Json score(std::int64_t correct, std::int64_t images) {
  return {{"correct", correct}, {"accuracy", static_cast<double>(correct) / static_cast<double>(images)}};
}

int compare(const Common& common, const CompareOptions& options) {
  Terminal terminal(common.json, common.quiet);
  const Model original = load_float_model(options.original, "the float32 model goes first");
  const Model quantized = load_quantized_model(options.quantized);
  check_same_network(*original.network, *quantized.network);
  const ChosenData chosen = load_data(data_for(original, options.data), terminal);
  const Dataset& split = options.split == "train" ? chosen.splits.train : chosen.splits.test;
  const Dataset data = options.limit > 0 ? split.first(options.limit) : split;
  if (data.size() == 0) throw Error("[compare] there are no images in " + chosen.name);

  const NoGrad no_history;
  const EvaluationMode evaluating(*original.network);
  const Answers answers = ask(original, quantized, data, terminal);
  // Each layer is given what enters it in the float32 network.
  const auto layers =
      compare_layers(*original.network, *quantized.network, images_of(data, 0, kLayerImages, original.normalization));
  const double logits = sqnr_db(answers.logits[0], answers.logits[1]);

  std::int64_t correct[2] = {}, agree = 0, float_right = 0, int8_right = 0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const std::int64_t p = answers.predicted[0][i], q = answers.predicted[1][i], label = data.labels[i];
    correct[0] += p == label;
    correct[1] += q == label;
    agree += p == q;
    float_right += p != q && p == label;
    int8_right += p != q && q == label;
  }
  const std::int64_t images = data.size(), differ = images - agree, neither = differ - float_right - int8_right;
  Json report = {{"original", options.original},
                 {"quantized", options.quantized},
                 {"scheme", to_string(quantized_layers(*quantized.network).front().layer->scheme())},
                 {"data", chosen.name},
                 {"split", options.split},
                 {"images", images},
                 {"float32", score(correct[0], images)},
                 {"int8", score(correct[1], images)},
                 {"agreement",
                  {{"images", agree},
                   {"ratio", static_cast<double>(agree) / static_cast<double>(images)},
                   {"only_float32_right", float_right},
                   {"only_int8_right", int8_right},
                   {"neither_right", neither}}},
                 {"logits_sqnr_db", json_decibels(logits)},
                 {"layer_images", std::min(images, kLayerImages)},
                 {"layers", Json::array()},
                 {"worst", Json::array()}};
  for (const LayerQuantReport& layer : layers) report["layers"].push_back(json_of(layer));
  const std::vector<std::int64_t> worst = worst_images(answers, options.show);
  for (const std::int64_t index : worst) {
    const auto at = static_cast<std::size_t>(index);
    const auto list = [&](int k) { return Json(row_of(answers.probabilities[k], index)); };
    report["worst"].push_back({{"image", options.split + ":" + std::to_string(index)},
                               {"label", data.labels[at]},
                               {"float_prediction", answers.predicted[0][at]},
                               {"int8_prediction", answers.predicted[1][at]},
                               {"float_probabilities", list(0)},
                               {"int8_probabilities", list(1)}});
  }
  terminal.json(json_text(report));

  const double difference = 100 * static_cast<double>(correct[1] - correct[0]) / static_cast<double>(images);
  terminal.result(grouped(images) + " images of " + chosen.name + " (" + options.split + ")");
  terminal.result("accuracy     float32 " + percent(report["float32"]["accuracy"]) + ", int8 " +
                  percent(report["int8"]["accuracy"]) + ": " + (difference >= 0 ? "+" : "") + fixed(difference, 2) +
                  " points");
  terminal.result("predictions  " + grouped(agree) + " agree (" + percent(report["agreement"]["ratio"]) + ")" +
                  (differ == 0
                       ? ""
                       : "; of the " + grouped(differ) + " that differ, float32 is right on " + grouped(float_right) +
                             ", int8 on " + grouped(int8_right) + ", neither on " + grouped(neither)));
  terminal.result("logits       " + decibels(logits) + " dB\n");
  terminal.result("each layer by itself, on " + grouped(std::min(images, kLayerImages)) + " images");
  print_layers(terminal, layers);
  for (std::size_t i = 0; i < worst.size(); ++i) show_image(terminal, report["worst"][i], data, worst[i]);
  return 0;
}

}  // namespace

void add_compare(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("compare", "What int8 changed: accuracy, predictions, error of each layer");
  add_common(*command, common,
             "  tt compare model.safetensors model.int8.safetensors\n"
             "  tt compare model.safetensors model.int8.safetensors --data digits --show 10\n"
             "  tt compare model.safetensors model.int8.safetensors --split train --limit 5000 --json");
  auto options = std::make_shared<CompareOptions>();
  command->add_option("float", options->original, "The float32 model")->required();
  command->add_option("int8", options->quantized, "The model that tt quantize made of it")->required();
  add_data_options(*command, options->data);
  command->add_option("--split", options->split, "test or train")
      ->check(CLI::IsMember({"test", "train"}))
      ->capture_default_str();
  command->add_option("--limit", options->limit, "Use the first N images only")->check(CLI::PositiveNumber);
  command->add_option("--show", options->show, "Draw so many of the images that changed most")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->callback([&common, options] { common.action = [&common, options] { return compare(common, *options); }; });
}

}  // namespace tinytorch::cli
