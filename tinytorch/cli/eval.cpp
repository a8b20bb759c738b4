#include <CLI/CLI.hpp>

#include "tinytorch/cli/command.h"
#include "tinytorch/cli/data_choice.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/quant/quantized_file.h"
#include "tinytorch/train/trainer.h"

namespace tinytorch::cli {
namespace {

struct EvalOptions {
  std::string model, split = "test";
  DataChoice data;
  std::int64_t limit = 0;
};

struct ClassScore {
  std::int64_t count = 0, predicted = 0, correct = 0;
};

std::vector<ClassScore> class_scores(const Evaluation& evaluation) {
  const auto& confusion = evaluation.confusion;
  std::vector<ClassScore> scores(confusion.size());
  for (std::size_t truth = 0; truth < confusion.size(); ++truth) {
    for (std::size_t guess = 0; guess < confusion.size(); ++guess) {
      scores[truth].count += confusion[truth][guess];
      scores[guess].predicted += confusion[truth][guess];
    }
    scores[truth].correct = confusion[truth][truth];
  }
  return scores;
}

/// part / whole, or null where there is no whole: a class that was never predicted has no precision.
Json ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? Json(nullptr) : Json(static_cast<double>(part) / static_cast<double>(whole));
}

void print(Terminal& terminal, const Json& report) {
  const auto share = [](const Json& value) { return padded(value.is_null() ? "-" : percent(value), 10); };
  terminal.result("accuracy " + percent(report["accuracy"]) + ", loss " + fixed(report["loss"], 4) + " on " +
                  grouped(report["images"]) + " images of " + report["data"].get<std::string>() + " (" +
                  report["split"].get<std::string>() + ")");
  terminal.result("\nclass  precision    recall   count");
  for (const Json& row : report["classes"]) {
    terminal.result(padded(std::to_string(row["class"].get<int>()), 5) + " " + share(row["precision"]) +
                    share(row["recall"]) + padded(grouped(row["count"]), 8));
  }
  terminal.result("\nconfusion: a row is a true class, a column what the network said");
  std::string header = "     ";
  for (std::size_t i = 0; i < report["confusion"].size(); ++i) header += padded(std::to_string(i), 6);
  terminal.result(header);
  for (std::size_t truth = 0; truth < report["confusion"].size(); ++truth) {
    std::string line = padded(std::to_string(truth), 5);
    for (const Json& count : report["confusion"][truth]) line += padded(std::to_string(count.get<std::int64_t>()), 6);
    terminal.result(line);
  }
}

int eval(const Common& common, const EvalOptions& options) {
  Terminal terminal(common.json, common.quiet);
  const Model model = load_any_model(options.model);
  const ChosenData data = load_data(options.data, terminal);
  const Dataset& split = options.split == "train" ? data.splits.train : data.splits.test;
  const Dataset limited = options.limit > 0 ? split.first(options.limit) : Dataset();
  const Evaluation evaluation = evaluate(*model.network, options.limit > 0 ? limited : split, model.normalization);

  Json report = {{"model", options.model},
                 {"data", data.name},
                 {"split", options.split},
                 {"images", evaluation.total.images},
                 {"correct", evaluation.total.correct},
                 {"accuracy", evaluation.total.accuracy()},
                 {"loss", evaluation.total.loss()},
                 {"classes", Json::array()},
                 {"confusion", evaluation.confusion}};
  for (const ClassScore& score : class_scores(evaluation)) {
    report["classes"].push_back({{"class", report["classes"].size()},
                                 {"precision", ratio(score.correct, score.predicted)},
                                 {"recall", ratio(score.correct, score.count)},
                                 {"count", score.count}});
  }
  terminal.json(json_text(report));
  if (!common.json) print(terminal, report);
  return 0;
}

}  // namespace

void add_eval(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("eval", "How good a model is: accuracy, loss, per class, confusion matrix");
  add_common(*command, common,
             "  tt eval model.safetensors\n"
             "  tt eval model.safetensors --data digits --split train\n"
             "  tt eval model.safetensors --json");
  auto options = std::make_shared<EvalOptions>();
  command->add_option("model", options->model, "A model or checkpoint that tt train wrote, or one of tt quantize")
      ->required();
  add_data_options(*command, options->data);
  command->add_option("--split", options->split, "test or train")
      ->check(CLI::IsMember({"test", "train"}))
      ->capture_default_str();
  command->add_option("--limit", options->limit, "Use the first N images only")->check(CLI::PositiveNumber);
  command->callback([&common, options] { common.action = [&common, options] { return eval(common, *options); }; });
}

}  // namespace tinytorch::cli
