#include <CLI/CLI.hpp>
#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/quantizing.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/quant/flat.h"
#include "tinytorch/tensor/ops.h"
#include "tinytorch/train/trainer.h"

namespace tinytorch::cli {
namespace {

constexpr int kWidths[] = {2, 3, 4, 6, 8};
constexpr int kRankedBy = 4;          // bits: 8 spoil no layer, 2 spoil all
constexpr double kTolerated = 0.001;  // of accuracy

struct SensitivityOptions {
  std::string model, split = "test", granularity = "channel";
  DataChoice data;
  std::int64_t limit = 2000, group = 32;
};

/// One way of quantizing: weights rounded to so many bits, or what tt quantize makes of a layer.
struct Trial {
  int bits;
  bool integers = false;  ///< int8 × int8, dynamic
  std::string name() const { return integers ? "int8" : std::to_string(bits) + " bits"; }
};

struct Outcome {
  double sqnr = 0, accuracy = 0;
};

struct LayerRow {
  std::string name, what;
  std::vector<Outcome> outcomes;  ///< in the order of the trials
};

/// Runs a network with some of its layers exchanged.
class Study {
 public:
  Study(const Model& model, const Dataset& data, const SensitivityOptions& options)
      : modules_(flatten(*model.network)), options_(options) {
    Batch all{images_of(data, 0, data.size(), model.normalization), {}};
    for (const std::uint8_t label : data.labels) labels_.push_back(label);
    Tensor x = all.images;
    for (const FlatModule& flat : modules_) {
      inputs_.push_back(x);
      x = flat.module->forward(x);
    }
    exact_ = x.value();
  }

  double accuracy() const { return accuracy_of(exact_); }
  const std::vector<FlatModule>& modules() const { return modules_; }

  Outcome exchange(std::size_t from, std::size_t to, const Trial& trial) const {
    Tensor x = inputs_[from];
    for (std::size_t i = from; i < modules_.size(); ++i) {
      const auto linear = exactly<Linear>(modules_[i].module);
      x = linear && i <= to ? forward(*linear, x, trial) : modules_[i].module->forward(x);
    }
    return {sqnr_db(exact_, x.value()), accuracy_of(x.value())};
  }

 private:
  Tensor forward(const Linear& linear, const Tensor& x, const Trial& trial) const {
    if (trial.integers) return QuantizedLinear(linear).forward(x);
    const Granularity granularity = options_.granularity == "tensor"    ? Granularity::tensor
                                    : options_.granularity == "channel" ? Granularity::channel
                                                                        : Granularity::group;
    const Array weight = fake_quantize(linear.weight().value(), trial.bits, granularity, options_.group);
    return tinytorch::linear(x, Tensor(weight), linear.bias());
  }

  double accuracy_of(const Array& logits) const {
    return static_cast<double>(count_correct(logits, labels_)) / static_cast<double>(labels_.size());
  }

  std::vector<FlatModule> modules_;
  const SensitivityOptions& options_;
  std::vector<Tensor> inputs_;  ///< of each module
  Labels labels_;
  Array exact_;
};

std::vector<Trial> trials() {
  std::vector<Trial> result;
  for (const int bits : kWidths) result.push_back({bits});
  result.push_back({8, true});
  return result;
}

/// Most sensitive layer first; all layers together at the end.
std::vector<LayerRow> measure(const Study& study, Terminal& terminal) {
  std::vector<LayerRow> rows;
  const auto& modules = study.modules();
  const std::size_t last = modules.size() - 1;
  const auto run = [&](LayerRow row, std::size_t from, std::size_t to) {
    for (const Trial& trial : trials()) {
      if (terminal.due()) {
        terminal.progress(static_cast<double>(from) / static_cast<double>(last + 1),
                          "layer " + row.name + " at " + trial.name());
      }
      row.outcomes.push_back(study.exchange(from, to, trial));
    }
    rows.push_back(std::move(row));
  };
  for (std::size_t i = 0; i < modules.size(); ++i) {
    if (!exactly<Linear>(modules[i].module)) continue;
    run({to_string(modules[i].path), short_name(modules[i].module->describe()), {}}, i, i);
  }
  if (rows.empty()) throw Error("[sensitivity] there is no Linear layer: nothing to quantize");
  const auto ranked = static_cast<std::size_t>(std::ranges::find(kWidths, kRankedBy) - std::begin(kWidths));
  std::ranges::stable_sort(rows, {}, [&](const LayerRow& row) { return row.outcomes[ranked].sqnr; });
  run({"all", "", {}}, 0, last);
  terminal.clear_progress();
  return rows;
}

/// The fewest bits from which on no width loses more accuracy than is tolerated; 0 if 8 do.
int fewest_bits(const LayerRow& row, double accuracy) {
  int bits = 0;
  for (std::size_t i = std::size(kWidths); i-- > 0;) {
    if (row.outcomes[i].accuracy < accuracy - kTolerated) break;
    bits = kWidths[i];
  }
  return bits;
}

void print(Terminal& terminal, const std::vector<LayerRow>& rows, double accuracy) {
  const auto table_of = [&](const char* title, auto text) {
    std::vector<std::string> header{"layer", ""};
    for (const Trial& trial : trials()) header.push_back(trial.name());
    Table table(std::move(header), 2);
    for (const LayerRow& row : rows) {
      std::vector<std::string> line{row.name, row.what};
      for (const Outcome& outcome : row.outcomes) line.push_back(text(outcome));
      table.add(std::move(line));
    }
    terminal.result(title);
    for (const std::string& line : table.lines()) terminal.result(line);
  };
  table_of("\nSQNR of the logits in dB, one layer quantized at a time, the most sensitive first",
           [](const Outcome& o) { return decibels(o.sqnr); });
  table_of("\naccuracy", [](const Outcome& o) { return percent(o.accuracy); });
  terminal.result("");
  for (const LayerRow& row : rows) {
    const int bits = fewest_bits(row, accuracy);
    const std::string who = row.name == "all" ? "all layers together" : "layer " + row.name;
    terminal.result(who + ": " +
                    (bits == 0 ? "8 bits lose more than " + fixed(100 * kTolerated, 1) + " points of accuracy"
                               : std::to_string(bits) + " bits or more keep accuracy within " +
                                     fixed(100 * kTolerated, 1) + " points of float32"));
  }
  terminal.remark(
      "bits: weights rounded to so many bits, the rest in float32. int8: weights and inputs, as tt quantize does.");
}

int sensitivity(const Common& common, const SensitivityOptions& options) {
  Terminal terminal(common.json, common.quiet);
  const Model model = load_float_model(options.model, "give the float32 model that it was made from");
  const ChosenData chosen = load_data(data_for(model, options.data), terminal);
  const Dataset& split = options.split == "train" ? chosen.splits.train : chosen.splits.test;
  const Dataset data = split.first(options.limit);

  const NoGrad no_history;
  const EvaluationMode evaluating(*model.network);
  const Study study(model, data, options);
  terminal.result(grouped(data.size()) + " images of " + chosen.name + " (" + options.split + "): float32 has " +
                  percent(study.accuracy()));
  const std::vector<LayerRow> rows = measure(study, terminal);

  Json report = {{"model", options.model},       {"data", chosen.name},
                 {"split", options.split},       {"images", data.size()},
                 {"accuracy", study.accuracy()}, {"granularity", options.granularity},
                 {"ranked_by_bits", kRankedBy},  {"tolerated", kTolerated},
                 {"layers", Json::array()},      {"all", nullptr}};
  for (const LayerRow& row : rows) {
    Json json = {{"layer", row.name}, {"what", row.what}, {"fewest_bits", nullptr}, {"trials", Json::array()}};
    if (const int bits = fewest_bits(row, study.accuracy())) json["fewest_bits"] = bits;
    for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
      const Trial trial = trials()[i];
      json["trials"].push_back({{"bits", trial.bits},
                                {"quantized", trial.integers ? "weights and inputs" : "weights"},
                                {"logits_sqnr_db", json_decibels(row.outcomes[i].sqnr)},
                                {"accuracy", row.outcomes[i].accuracy}});
    }
    if (row.name == "all") {
      report["all"] = json;
    } else {
      report["layers"].push_back(json);
    }
  }
  terminal.json(json_text(report));
  print(terminal, rows, study.accuracy());
  return 0;
}

}  // namespace

void add_sensitivity(CLI::App& app, Common& common) {
  CLI::App* command =
      app.add_subcommand("sensitivity", "Which layer bears few bits: each quantized alone at 2, 3, 4, 6 and 8 bits");
  add_common(*command, common,
             "  tt sensitivity model.safetensors\n"
             "  tt sensitivity model.safetensors --granularity group --group 32\n"
             "  tt sensitivity model.safetensors --split train --limit 10000 --json");
  auto options = std::make_shared<SensitivityOptions>();
  command->add_option("model", options->model, "A float32 model that tt train wrote")->required();
  add_data_options(*command, options->data);
  command->add_option("--split", options->split, "test or train")
      ->check(CLI::IsMember({"test", "train"}))
      ->capture_default_str();
  command->add_option("--limit", options->limit, "Use the first N images only")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--granularity", options->granularity, "Weights that share a scale: tensor, channel or group")
      ->check(CLI::IsMember({"tensor", "channel", "group"}))
      ->capture_default_str();
  command->add_option("--group", options->group, "Weights in a group")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback(
      [&common, options] { common.action = [&common, options] { return sensitivity(common, *options); }; });
}

}  // namespace tinytorch::cli
