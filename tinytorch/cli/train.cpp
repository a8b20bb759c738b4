#include <CLI/CLI.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/training_run.h"
#include "tinytorch/io/text.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;

struct TrainOptions {
  TrainingJob job;
  std::vector<CLI::Option*> recipe;  ///< what --resume does not take
  fs::path out;
  bool force = false, resume = false;
  fs::path resume_from;
};

/// Nothing that exists is replaced unasked, and what cannot be replaced is known before any work.
void check_outputs(const TrainOptions& options, const TrainingJob& job) {
  const auto status = fs::status(job.model);
  if (fs::exists(status) && !fs::is_regular_file(status)) throw Error(job.model.string() + ": is not a regular file");
  if (options.resume || options.force) return;
  if (fs::exists(status)) {
    throw Error(job.model.string() + ": exists; --force replaces it, --out gives another name");
  }
  if (fs::exists(job.checkpoint)) {
    throw Error(job.checkpoint.string() + ": a training that was interrupted; `" + program_name() + " train --resume " +
                job.checkpoint.string() + "` continues it, --force starts anew");
  }
}

int train(const Common& common, const TrainOptions& options) {
  Terminal terminal(common.json, common.quiet);
  TrainingJob job = options.job;
  Safetensors checkpoint;
  if (options.resume) {
    const fs::path path = options.resume_from.empty() ? checkpoint_path(options.out) : options.resume_from;
    if (!fs::exists(path)) throw Error(path.string() + ": there is no such checkpoint, so nothing to resume");
    checkpoint = read_safetensors(path);
    const TrainingJob begun = job_of(checkpoint, path);
    job.config = begun.config;
    job.limit = begun.limit;
    job.validation_size = begun.validation_size;
    if (job.data.directory.empty() && job.data.data.empty()) job.data = begun.data;
    job.checkpoint = path;
    job.model = options.resume_from.empty() ? options.out : model_path(path);
  } else {
    job.model = options.out;
    job.checkpoint = checkpoint_path(options.out);
    job.config.trainer.restore_best = job.validation_size > 0;
    const TrainingConfig recipe = recipe_config();
    float& lr = job.config.optimizer_options.lr;
    if (lr == 0 && job.config.optimizer == recipe.optimizer) lr = recipe.optimizer_options.lr;
  }
  check_outputs(options, job);

  const TrainingOutcome outcome = run_training(job, options.resume ? &checkpoint : nullptr, terminal);
  terminal.json(json_text(outcome.report));
  if (outcome.interrupted) {
    terminal.result("Stopped. The rest: " + program_name() + " train --resume " + job.checkpoint.string());
    return 130;
  }
  terminal.result("test accuracy " + percent(outcome.test.total.accuracy()) + ", loss " +
                  fixed(outcome.test.total.loss(), 4) + " on " + grouped(outcome.test.total.images) + " images");
  terminal.result("saved " + job.model.string());
  return 0;
}

/// Everything that decides the result. A checkpoint holds it, so that --resume takes none of it again.
void add_recipe(CLI::App& command, TrainOptions& options) {
  TrainingJob& job = options.job;
  TrainingConfig& config = job.config;
  const auto add = [&](const char* name, auto& value, const char* help) {
    return options.recipe.emplace_back(command.add_option(name, value, help)->capture_default_str());
  };
  add("--arch", config.architecture, "784-128-10, or Sequential(Linear(784, 128), ReLU(), Linear(128, 10))");
  add("--epochs", config.trainer.epochs, "Times through the training images")->check(CLI::PositiveNumber);
  add("--batch-size", config.batch_size, "Images per step")->check(CLI::PositiveNumber);
  add("--optimizer", config.optimizer, "sgd, adam or adamw")->check(CLI::IsMember({"sgd", "adam", "adamw"}));
  config.optimizer_options.lr = 0;  // not given
  add("--lr", config.optimizer_options.lr,
      ("Learning rate [adam " + exact_text(recipe_config().optimizer_options.lr) + ", adamw " +
       exact_text(AdamOptions{}.lr) + ", sgd " + exact_text(SGDOptions{}.lr) + "]")
          .c_str())
      ->check(CLI::PositiveNumber)
      ->default_str("");
  add("--momentum", config.optimizer_options.momentum, "Of sgd")->check(CLI::Range(0.0, 1.0));
  add("--weight-decay", config.optimizer_options.weight_decay, "Pull of the weights to 0")
      ->check(CLI::NonNegativeNumber);
  add("--schedule", config.trainer.schedule.kind,
      "Of the learning rate: constant, cosine (down to 0), or step (a tenth after each third of the training)")
      ->check(CLI::IsMember({"constant", "cosine", "step"}));
  add("--warmup", config.trainer.schedule.warmup, "Batches over which the learning rate rises")
      ->check(CLI::NonNegativeNumber);
  add("--label-smoothing", config.trainer.step.label_smoothing, "Share of the target given to all classes")
      ->check(CLI::Range(0.0, 0.999));
  add("--clip", config.trainer.step.max_grad_norm, "Largest norm of the gradients; 0: any")
      ->check(CLI::NonNegativeNumber);
  add("--patience", config.trainer.patience, "Stop after this many epochs without a lower validation loss; 0: never")
      ->check(CLI::NonNegativeNumber);
  add("--validation-size", job.validation_size,
      "Hold out this many training images, and save the parameters of the epoch that is best on them")
      ->check(CLI::NonNegativeNumber);
  add("--limit", job.limit, "Use the first N training images only; 0: all")->check(CLI::NonNegativeNumber);
  add("--seed", config.seed, "Where random numbers start; the same seed gives the same bytes");
}

}  // namespace

void add_train(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("train", "Train a network, save it, and test it");
  add_common(
      *command, common,
      "  tt train\n"
      "  tt train --arch 784-256-128-10 --epochs 10 --out deep.safetensors\n"
      "  tt train --optimizer sgd --lr 0.1 --momentum 0.9 --schedule cosine --warmup 100\n"
      "  tt train --validation-size 5000 --patience 3 --epochs 50\n"
      "  tt train --resume                     go on where model.checkpoint.safetensors stands\n\n"
      "A checkpoint is kept while training. Ctrl-C stops at the next batch; --resume then, or after a kill or a\n"
      "power cut, gives the same bytes as training without a break.");
  auto options = std::make_shared<TrainOptions>();
  options->out = "model.safetensors";
  auto* resume = command
                     ->add_option("--resume", options->resume_from,
                                  "Continue from a checkpoint [that of --out], with the options it was begun with")
                     ->expected(0, 1)
                     ->type_name("FILE");
  add_recipe(*command, *options);
  add_data_options(*command, options->job.data);
  command->add_option("--out", options->out, "The model's file")->capture_default_str();
  command->add_flag("--force", options->force, "Replace what --out names, or an interrupted training");
  command->add_flag("--keep-checkpoint", options->job.keep_checkpoint, "Keep the checkpoint when training is done");
  command->add_option("--checkpoint-seconds", options->job.checkpoint_seconds, "Longest time between checkpoints")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->callback([&common, options, resume] {
    options->resume = resume->count() > 0;
    for (const CLI::Option* option : options->recipe) {
      if (options->resume && option->count() > 0) throw CLI::ExcludesError("--resume", option->get_name());
    }
    common.action = [&common, options] { return train(common, *options); };
  });
}

}  // namespace tinytorch::cli
