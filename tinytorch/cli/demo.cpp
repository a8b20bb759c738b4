#include <CLI/CLI.hpp>

#include "tinytorch/cli/command.h"
#include "tinytorch/cli/predict.h"
#include "tinytorch/cli/training_run.h"

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
  terminal.json(json_text(outcome.report));
  terminal.remark("\nNext");
  for (const auto& [arguments, what] :
       {std::pair{"eval " + model, "where it is right and where it is wrong"},
        std::pair{"predict " + model + " 42 train:7", "other images, or a PNG of your own"},
        std::pair{std::string("train --arch 784-256-128-10 --epochs 10"), "a deeper network"}}) {
    std::string line = "  " + program + " " + arguments;
    line.resize(std::max<std::size_t>(line.size() + 2, 52), ' ');
    terminal.remark(line + what);
  }
  return 0;
}

}  // namespace

void add_demo(CLI::App& app, Common& common) {
  CLI::App* command =
      app.add_subcommand("demo", "Train 784-128-10 for five epochs, look at what it learned, say what is next");
  add_common(*command, common,
             "  tt demo\n  tt demo --data digits --seed 2\n\nThe model goes to demo.safetensors, which is replaced.");
  auto job = std::make_shared<TrainingJob>();
  job->model = "demo.safetensors";
  add_seed(*command, job->config.seed);
  add_data_options(*command, job->data);
  command->callback([&common, job] { common.action = [&common, job] { return demo(common, *job); }; });
}

}  // namespace tinytorch::cli
