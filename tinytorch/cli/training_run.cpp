#include "tinytorch/cli/training_run.h"

#include <chrono>

#include "tinytorch/base/error.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/cli/interrupt.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/train/recipe.h"

namespace tinytorch::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kCheckpointEnding = ".checkpoint.safetensors";

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// What the run needs beyond the library's TrainingConfig stands in the checkpoint's metadata, under names of its own.
void add_job(Safetensors& checkpoint, const TrainingJob& job) {
  checkpoint.metadata["run.data"] = job.data.data;
  checkpoint.metadata["run.data_dir"] = job.data.directory.empty() ? "" : fs::absolute(job.data.directory).string();
  checkpoint.metadata["run.limit"] = std::to_string(job.limit);
  checkpoint.metadata["run.validation_size"] = std::to_string(job.validation_size);
}

std::string text_in(const Safetensors& checkpoint, const std::string& key) {
  const auto found = checkpoint.metadata.find(key);
  if (found == checkpoint.metadata.end())
    throw Error("[resume] the checkpoint has no " + key + ": tt train did not write it");
  return found->second;
}

std::int64_t count_in(const Safetensors& checkpoint, const std::string& key) {
  const std::string text = text_in(checkpoint, key);
  const bool digits = !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) throw Error("[resume] the checkpoint's " + key + " is " + printable(text) + ", which is no count");
  return std::stoll(text);
}

/// Saves checkpoints and draws progress while a Trainer runs.
class Monitor {
 public:
  Monitor(const TrainingJob& job, Sequential& network, Optimizer& optimizer, Trainer& trainer, const DataLoader& loader,
          Terminal& terminal)
      : job_(job), network_(network), optimizer_(optimizer), trainer_(trainer), loader_(loader), terminal_(terminal) {
    images_before_ = trainer.state().progress.images;
    batches_before_ = batches_done(trainer.state());
    trainer.on_batch = [this](const TrainerState& state, const Progress& progress) {
      if (terminal_.due()) draw(state, progress);
      if (interrupt_.requested()) {
        interrupted = true;
        return Continue::stop;
      }
      if (seconds_since(saved_) >= job_.checkpoint_seconds) save();
      return Continue::yes;
    };
    trainer.on_epoch = [this](const EpochReport& report) {
      save();
      record(report);
      interrupted = interrupt_.requested() && !trainer_.state().finished;
      return interrupted ? Continue::stop : Continue::yes;
    };
  }

  void save() {
    Safetensors checkpoint = make_checkpoint(job_.config, network_, optimizer_, trainer_);
    add_job(checkpoint, job_);
    write_safetensors(job_.checkpoint, checkpoint);
    saved_ = Clock::now();
  }

  bool interrupted = false;
  Json epochs = Json::array();

 private:
  std::int64_t batches_done(const TrainerState& state) const { return state.epoch * loader_.batches() + state.batch; }

  std::string place(std::int64_t epoch) const {
    return "epoch " + std::to_string(epoch) + "/" + std::to_string(job_.config.trainer.epochs);
  }

  void draw(const TrainerState& state, const Progress& progress) {
    const double seconds = seconds_since(begin_);
    const std::int64_t done = batches_done(state), all = job_.config.trainer.epochs * loader_.batches();
    const double rate = static_cast<double>(done - batches_before_) / seconds;
    terminal_.progress(static_cast<double>(state.batch) / static_cast<double>(loader_.batches()),
                       place(state.epoch + 1) + "  loss " + fixed(progress.loss(), 4) + "  accuracy " +
                           percent(progress.accuracy()) + "  " +
                           grouped(std::llround(rate * static_cast<double>(loader_.options().batch_size))) +
                           " images/s  " + time_text(static_cast<double>(all - done) / rate) + " left");
  }

  void record(const EpochReport& report) {
    const double speed = static_cast<double>(report.train.images - images_before_) / report.seconds;
    images_before_ = 0;
    Json row = {{"epoch", report.epoch},     {"loss", report.train.loss()}, {"accuracy", report.train.accuracy()},
                {"seconds", report.seconds}, {"images_per_second", speed},  {"lr", report.lr}};
    std::string line = place(report.epoch) + "  loss " + fixed(report.train.loss(), 4) + "  accuracy " +
                       percent(report.train.accuracy());
    if (report.validation) {
      row["validation_loss"] = report.validation->total.loss();
      row["validation_accuracy"] = report.validation->total.accuracy();
      row["best"] = report.best;
      line += "  validation " + percent(report.validation->total.accuracy()) + (report.best ? " (best)" : "");
    }
    epochs.push_back(std::move(row));
    terminal_.remark(line + "  " + grouped(std::llround(speed)) + " images/s");
  }

  const TrainingJob& job_;
  Sequential& network_;
  Optimizer& optimizer_;
  Trainer& trainer_;
  const DataLoader& loader_;
  Terminal& terminal_;
  Interrupt interrupt_;
  Clock::time_point begin_ = Clock::now(), saved_ = begin_;
  std::int64_t images_before_ = 0, batches_before_ = 0;  ///< done in an earlier session
};

Model finished_model(const TrainingJob& job, std::shared_ptr<Sequential> network) {
  const TrainingConfig& config = job.config;
  return {std::move(network),
          config.normalization,
          {{"data", config.data},
           {"seed", std::to_string(config.seed)},
           {"epochs", std::to_string(config.trainer.epochs)},
           {"batch_size", std::to_string(config.batch_size)},
           {"optimizer", config.optimizer}}};
}

Json describe(const TrainingJob& job, const Dataset& train) {
  return {{"model", job.model.string()},       {"architecture", job.config.architecture},
          {"data", job.config.data},           {"images", train.size()},
          {"seed", job.config.seed},           {"threads", thread_count()},
          {"optimizer", job.config.optimizer}, {"batch_size", job.config.batch_size}};
}

}  // namespace

TrainingConfig recipe_config() {
  const Recipe recipe;
  TrainingConfig config;
  config.architecture = recipe.architecture;
  config.batch_size = recipe.batch_size;
  config.optimizer = recipe.optimizer;
  config.optimizer_options = recipe.optimizer_options;
  config.trainer = recipe.trainer;
  return config;
}

fs::path checkpoint_path(const fs::path& model) {
  return model.parent_path() / (model.stem().string() + std::string(kCheckpointEnding));
}

fs::path model_path(const fs::path& checkpoint) {
  const std::string name = checkpoint.filename().string();
  if (!name.ends_with(kCheckpointEnding) || name.size() == kCheckpointEnding.size()) {
    throw Error("[resume] " + checkpoint.string() + " does not end in " + std::string(kCheckpointEnding) +
                ": say with --out where the model goes");
  }
  return checkpoint.parent_path() / (name.substr(0, name.size() - kCheckpointEnding.size()) + ".safetensors");
}

TrainingJob job_of(const Safetensors& checkpoint, const fs::path& path) try {
  TrainingJob job;
  job.config = checkpoint_config(checkpoint);
  job.data = {text_in(checkpoint, "run.data"), text_in(checkpoint, "run.data_dir")};
  job.limit = count_in(checkpoint, "run.limit");
  job.validation_size = count_in(checkpoint, "run.validation_size");
  return job;
} catch (const Error& error) {
  throw Error(path.string() + ": " + error.what());
}

TrainingOutcome run_training(TrainingJob job, const Safetensors* resume_from, Terminal& terminal) {
  Rng rng(job.config.seed);
  const auto network = parse_architecture(job.config.architecture, rng);  // before the data: it may be misspelt
  TrainingOutcome outcome;
  outcome.data = load_data(job.data, terminal);
  Dataset& train = outcome.data.splits.train;
  if (job.limit > 0) train = train.first(job.limit);
  const Dataset validation = job.validation_size > 0 ? split_off(train, job.validation_size) : Dataset();

  const Normalization normalization = measure_normalization(train);
  if (resume_from == nullptr) {
    job.config.data = outcome.data.name;
    job.config.normalization = normalization;
  } else if (const Normalization& then = job.config.normalization;
             then.mean != normalization.mean || then.standard_deviation != normalization.standard_deviation) {
    throw Error("[resume] " + outcome.data.name + " is not the data that this training began with (" + job.config.data +
                "): the mean of its pixels differs");
  }

  const auto optimizer = make_optimizer(job.config.optimizer, network->parameters(), job.config.optimizer_options);
  DataLoader loader(train, {.batch_size = job.config.batch_size,
                            .drop_last = job.config.drop_last,
                            .seed = job.config.seed,
                            .normalization = normalization});
  evaluate(*network, train.first(1), normalization);  // a network that does not fit the data is known before any file
  Schedule& schedule = job.config.trainer.schedule;
  if (schedule.kind == "step" && schedule.every == 0) {
    schedule.every = (job.config.trainer.epochs * loader.batches() + 2) / 3;
  }
  Trainer trainer(*network, *optimizer, loader, job.config.trainer, validation.size() > 0 ? &validation : nullptr);
  if (resume_from != nullptr) restore_checkpoint(*resume_from, *network, *optimizer, trainer);

  terminal.remark("Training " + job.config.architecture + " on " + grouped(train.size()) + " images of " +
                  outcome.data.name + ", seed " + std::to_string(job.config.seed) + ", " +
                  std::to_string(thread_count()) + (thread_count() == 1 ? " thread" : " threads"));
  const auto begin = Clock::now();
  outcome.report = describe(job, train);
  {
    Monitor monitor(job, *network, *optimizer, trainer, loader, terminal);
    monitor.save();
    try {
      trainer.fit();
    } catch (const LossNotFinite& error) {
      throw Error(std::string(error.what()) + "; the last checkpoint from before is " + job.checkpoint.string());
    }
    if (monitor.interrupted) monitor.save();
    outcome.interrupted = monitor.interrupted;
    outcome.report["epochs"] = monitor.epochs;
  }
  outcome.report["seconds"] = seconds_since(begin);
  outcome.report["interrupted"] = outcome.interrupted;
  outcome.report["checkpoint"] = nullptr;
  if (outcome.interrupted) {
    outcome.report["checkpoint"] = job.checkpoint.string();
    return outcome;
  }

  outcome.model = finished_model(job, network);
  save_model(job.model, outcome.model);
  if (job.keep_checkpoint) {
    outcome.report["checkpoint"] = job.checkpoint.string();
  } else {
    fs::remove(job.checkpoint);
  }
  outcome.test = evaluate(*network, outcome.data.splits.test, normalization);
  outcome.report["test"] = {{"images", outcome.test.total.images},
                            {"accuracy", outcome.test.total.accuracy()},
                            {"loss", outcome.test.total.loss()}};
  return outcome;
}

}  // namespace tinytorch::cli
