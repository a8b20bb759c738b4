#include <CLI/CLI.hpp>

#include "tinytorch/cli/benchmark.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/predict.h"
#include "tinytorch/cli/quantizing.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/cli/training_run.h"
#include "tinytorch/quant/quantized_file.h"

namespace tinytorch::cli {
namespace {

/// An image that the network gets right and, if there is one, an image that it gets wrong: both are worth a look.
std::vector<std::int64_t> worth_showing(const Model& model, const Dataset& data) {
  std::vector<std::int64_t> shown{0};
  for (std::int64_t i = 1; i < data.size() && shown.size() < 3; ++i) {
    const std::vector<float> p = predict_probabilities(model, data.image(i));
    const auto best = std::ranges::max_element(p) - p.begin();
    const bool wrong = best != data.labels[static_cast<std::size_t>(i)];
    if (shown.size() == 1 || wrong) shown.push_back(i);
  }
  return shown;
}

constexpr std::int64_t kCalibration = 512, kBatch = 256;  // images

/// demo.safetensors -> demo.static.safetensors
std::filesystem::path beside_model(const std::filesystem::path& model, const char* scheme) {
  return model.parent_path() / (model.stem().string() + "." + scheme + model.extension().string());
}

/// Quantizes the model in two ways, saves both, and measures all three.
Json compare_schemes(const Model& model, const std::filesystem::path& path, const ChosenData& data,
                     Terminal& terminal) {
  const Dataset& test = data.splits.test;
  const Tensor samples = images_of(data.splits.train, 0, kCalibration, model.normalization);
  std::vector<Model> models{model};
  Json rows = Json::array({{{"scheme", "float32"}, {"file", path.string()}}});
  for (const QuantScheme scheme : {QuantScheme::dynamic, QuantScheme::static_}) {
    const std::string name(to_string(scheme));
    const auto file = beside_model(path, name.c_str());
    models.push_back(quantize_copy(model, samples, {.scheme = scheme}, terminal).model);
    save_quantized_model(file, models.back());
    rows.push_back({{"scheme", name}, {"file", file.string()}});
  }
  const NoGrad no_history;
  const Tensor one = images_of(test, 0, 1, model.normalization), many = images_of(test, 0, kBatch, model.normalization);
  std::vector<std::function<void()>> latency, throughput;
  for (std::size_t i = 0; i < models.size(); ++i) {
    Sequential& network = *models[i].network;
    rows[i]["accuracy"] = evaluate(network, test, model.normalization).total.accuracy();
    rows[i]["file_bytes"] = std::filesystem::file_size(rows[i]["file"].get<std::string>());
    network.set_training(false);
    latency.emplace_back([&network, &one] { network.forward(one); });
    throughput.emplace_back([&network, &many] { network.forward(many); });
  }
  constexpr double kSeconds = 0.1;
  const auto single = time_in_turn(latency, kSeconds), batched = time_in_turn(throughput, kSeconds);
  for (std::size_t i = 0; i < models.size(); ++i) {
    rows[i]["latency_seconds"] = single[i].median;
    rows[i]["batch"] = many.dim(0);
    rows[i]["images_per_second"] = static_cast<double>(many.dim(0)) / batched[i].median;
  }
  return rows;
}

void print_schemes(Terminal& terminal, const Json& rows) {
  const std::string batch = std::to_string(rows[0]["batch"].get<std::int64_t>());
  Table table({"", "accuracy", "bytes on disk", "one image", "images/s, batch " + batch});
  for (const Json& row : rows) {
    table.add({row["scheme"], percent(row["accuracy"]), grouped(row["file_bytes"]),
               duration_text(row["latency_seconds"]), rate_text(row["images_per_second"])});
  }
  terminal.result("\nthe same network with int8 weights and products");
  for (const std::string& line : table.lines()) terminal.result(line);
}

int demo(const Common& common, TrainingJob job) {
  Terminal terminal(common.json, common.quiet);
  job.checkpoint = checkpoint_path(job.model);
  TrainingOutcome outcome = run_training(job, nullptr, terminal);
  const std::string program = program_name(), model = job.model.string();
  if (outcome.interrupted) {
    terminal.json(json_text(outcome.report));
    terminal.result("Stopped. The rest: " + program + " train --resume " + job.checkpoint.string());
    return 130;
  }
  terminal.result("test accuracy " + percent(outcome.test.total.accuracy()) + " on " +
                  grouped(outcome.test.total.images) + " images the network had not seen; saved " + model);

  const Dataset& test = outcome.data.splits.test;
  outcome.report["predictions"] = Json::array();
  for (const std::int64_t index : worth_showing(outcome.model, test)) {
    const std::vector<float> p = predict_probabilities(outcome.model, test.image(index));
    const auto best = std::ranges::max_element(p) - p.begin();
    const int label = test.labels[static_cast<std::size_t>(index)];
    outcome.report["predictions"].push_back(
        {{"image", "test:" + std::to_string(index)}, {"label", label}, {"prediction", best}, {"probabilities", p}});
    show_prediction(
        terminal,
        "image " + std::to_string(index) + " of the test set is a " + std::to_string(label) +
            (best == label ? ", and the network says so" : ", but the network says " + std::to_string(best)),
        test.image(index), test.width, p);
  }
  outcome.report["schemes"] = compare_schemes(outcome.model, job.model, outcome.data, terminal);
  print_schemes(terminal, outcome.report["schemes"]);
  terminal.json(json_text(outcome.report));
  terminal.remark("\nNext");
  for (const auto& [arguments, what] :
       {std::pair{"eval " + model, "where it is right and where it is wrong"},
        std::pair{"predict " + model + " 42 train:7", "other images, or a PNG of your own"},
        std::pair{"compare " + model + " " + beside_model(job.model, "static").string(), "what int8 changed"},
        std::pair{"bench " + model, "where int8 is faster, and where not"},
        std::pair{std::string("train --arch 784-256-128-10 --epochs 10"), "a deeper network"}}) {
    std::string line = "  " + program + " " + arguments;
    line.resize(std::max<std::size_t>(line.size() + 2, 58), ' ');
    terminal.remark(line + what);
  }
  return 0;
}

}  // namespace

void add_demo(CLI::App& app, Common& common) {
  CLI::App* command =
      app.add_subcommand("demo", "Train 784-128-10 for five epochs, look at what it learned, quantize it");
  add_common(*command, common,
             "  tt demo\n  tt demo --data digits --seed 2\n\nThe models go to demo.safetensors, "
             "demo.dynamic.safetensors and demo.static.safetensors, which are\nreplaced.");
  auto job = std::make_shared<TrainingJob>();
  job->model = "demo.safetensors";
  add_seed(*command, job->config.seed);
  add_data_options(*command, job->data);
  command->callback([&common, job] { common.action = [&common, job] { return demo(common, *job); }; });
}

}  // namespace tinytorch::cli
