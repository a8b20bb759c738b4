#include "tinytorch/io/checkpoint.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <functional>
#include <thread>

#include "tests/framework/io/throws.h"
#include "tests/framework/io/training_run.h"
#include "tinytorch/base/temporary_directory.h"

extern char** environ;

namespace tinytorch {
namespace {

using testing::example_config;
using testing::TrainingRun;
using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(TrainingRun& run) { return serialize_safetensors(run.checkpoint()); }

void expect_equal(const TrainerState& a, const TrainerState& b) {
  EXPECT_EQ(a.epoch, b.epoch);
  EXPECT_EQ(a.batch, b.batch);
  EXPECT_EQ(a.base_lr, b.base_lr);
  EXPECT_EQ(a.progress.images, b.progress.images);
  EXPECT_EQ(a.progress.correct, b.progress.correct);
  EXPECT_EQ(a.progress.loss_sum, b.progress.loss_sum);
  EXPECT_EQ(a.best_accuracy, b.best_accuracy);
  EXPECT_EQ(a.best_loss, b.best_loss);
  EXPECT_EQ(a.epochs_without_improvement, b.epochs_without_improvement);
  EXPECT_EQ(a.finished, b.finished);
}

class EachOptimizer : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Checkpoint, EachOptimizer, ::testing::Values("sgd", "adam", "adamw"),
                         [](const auto& test) { return test.param; });

TEST_P(EachOptimizer, ResumesBitForBitAfterAnyBatch) {
  const TemporaryDirectory directory;
  const auto path = directory.path / "checkpoint";
  TrainingRun whole(example_config(GetParam()));
  whole.train(1000);
  ASSERT_TRUE(whole.trainer.state().finished);
  const Bytes expected = bytes_of(whole);
  // In an epoch, at its first and last batches, behind one (13 batches make one), and near the end.
  for (const int batches : {1, 5, 12, 13, 14, 26, 40, 51}) {
    TrainingRun first(example_config(GetParam()));
    first.train(batches);
    write_safetensors(path, first.checkpoint());

    const Safetensors file = read_safetensors(path);
    TrainingRun second(checkpoint_config(file));
    second.restore(file);
    EXPECT_EQ(bytes_of(second), bytes_of(first)) << batches;  // also all that fit has not used yet
    expect_equal(second.trainer.state(), first.trainer.state());
    second.train(1000);
    expect_equal(second.trainer.state(), whole.trainer.state());
    EXPECT_EQ(bytes_of(second), expected) << batches;
  }
}

TEST_P(EachOptimizer, ResumesFromBetweenEpochs) {
  TrainingRun whole(example_config(GetParam()));
  whole.train(1000);
  Safetensors file;
  TrainingRun first(example_config(GetParam()));
  first.trainer.on_epoch = [&](const EpochReport& report) {
    file = first.checkpoint();
    return report.epoch == 2 ? Continue::stop : Continue::yes;
  };
  first.train(1000);
  TrainingRun second(checkpoint_config(file));
  second.restore(file);
  EXPECT_EQ(second.trainer.state().epoch, 2);
  second.train(1000);
  EXPECT_EQ(bytes_of(second), bytes_of(whole));
}

TEST(Checkpoint, EveryFieldOfTheTrainersStateComesBack) {
  TrainingRun first(example_config("adam")), second(example_config("adam"));
  TrainerState state{.epoch = 2,
                     .batch = 5,
                     .base_lr = 0.1f,
                     .progress = {35, 17, 1.0 / 3},
                     .best_accuracy = 0.7,
                     .best_loss = 1e-300,
                     .epochs_without_improvement = 2,
                     .finished = true};
  first.trainer.set_state(state);
  second.restore(parse_safetensors(bytes_of(first)));
  expect_equal(second.trainer.state(), state);
}

TEST(Checkpoint, ConfigurationComesBackExactly) {
  TrainingConfig config = example_config("sgd");
  config.drop_last = true;
  config.trainer.schedule = {.kind = "step", .total = 1, .warmup = 2, .every = 3, .gamma = 0.1f, .floor = 1e-30f};
  TrainingRun run(config);
  const TrainingConfig back = checkpoint_config(parse_safetensors(bytes_of(run)));
  EXPECT_EQ(back.architecture, config.architecture);
  EXPECT_EQ(back.data, config.data);
  EXPECT_EQ(back.seed, config.seed);
  EXPECT_EQ(back.batch_size, config.batch_size);
  EXPECT_EQ(back.drop_last, config.drop_last);
  EXPECT_EQ(back.optimizer, config.optimizer);
  EXPECT_EQ(back.optimizer_options.lr, config.optimizer_options.lr);
  EXPECT_EQ(back.optimizer_options.momentum, config.optimizer_options.momentum);
  EXPECT_EQ(back.optimizer_options.weight_decay, config.optimizer_options.weight_decay);
  EXPECT_EQ(back.optimizer_options.nesterov, config.optimizer_options.nesterov);
  EXPECT_EQ(back.trainer.epochs, config.trainer.epochs);
  EXPECT_EQ(back.trainer.step.label_smoothing, config.trainer.step.label_smoothing);
  EXPECT_EQ(back.trainer.step.max_grad_norm, config.trainer.step.max_grad_norm);
  EXPECT_EQ(back.trainer.schedule.kind, config.trainer.schedule.kind);
  EXPECT_EQ(back.trainer.schedule.total, config.trainer.schedule.total);
  EXPECT_EQ(back.trainer.schedule.warmup, config.trainer.schedule.warmup);
  EXPECT_EQ(back.trainer.schedule.every, config.trainer.schedule.every);
  EXPECT_EQ(back.trainer.schedule.gamma, config.trainer.schedule.gamma);
  EXPECT_EQ(back.trainer.schedule.floor, config.trainer.schedule.floor);
  EXPECT_EQ(back.trainer.patience, config.trainer.patience);
  EXPECT_EQ(back.trainer.restore_best, config.trainer.restore_best);
  EXPECT_EQ(back.normalization.mean, config.normalization.mean);
  EXPECT_EQ(back.normalization.standard_deviation, config.normalization.standard_deviation);
}

TEST(Checkpoint, IsAModelToo) {
  TrainingRun run(example_config("adam"));
  run.train(20);
  const Safetensors file = run.checkpoint();
  ASSERT_TRUE(file.tensors.contains("best.0.weight"));
  const Model model = from_safetensors(file);
  EXPECT_EQ(model.network->describe(), run.network->describe());
  const auto expected = run.network->parameters(), loaded = model.network->parameters();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(loaded[i].value().values(), expected[i].value().values()));
  }
}

TEST(Checkpoint, AModelIsNotACheckpoint) {
  TrainingRun run(example_config("adam"));
  const Safetensors model = to_safetensors({run.network, {}, {}});
  EXPECT_THAT([&] { checkpoint_config(model); }, throws_error("without the state of its training"));
  EXPECT_THAT([&] { run.restore(model); }, throws_error("without the state of its training"));
}

struct BadCheckpoint {
  const char* name;
  std::function<void(Safetensors&)> spoil;
  const char* message;
};
void PrintTo(const BadCheckpoint& bad, std::ostream* out) { *out << bad.name; }

auto set_text(const char* key, const char* text) {
  return [key, text](Safetensors& f) { f.metadata.at(key) = text; };
}
auto erase_text(const char* key) {
  return [key](Safetensors& f) { f.metadata.erase(key); };
}

class BadCheckpoints : public ::testing::TestWithParam<BadCheckpoint> {};

TEST_P(BadCheckpoints, ChangeNothing) {
  TrainingRun source(example_config("adam"));
  source.train(30);
  Safetensors file = source.checkpoint();
  GetParam().spoil(file);
  TrainingRun target(example_config("adam"));
  target.train(3);
  const Bytes before = bytes_of(target);
  EXPECT_THAT([&] { target.restore(file); }, throws_error(GetParam().message));
  EXPECT_EQ(bytes_of(target), before);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCheckpoints,
    ::testing::Values(
        BadCheckpoint{"Version", set_text("checkpoint.version", "2"), "version \"2\", and this program reads \"1\""},
        BadCheckpoint{"Format", set_text("format", "pt"), "not a file of tinytorch"},
        BadCheckpoint{"Architecture", set_text("architecture", "9-3"), "was made with the architecture \"9-3\""},
        BadCheckpoint{"Optimizer", set_text("optimizer.name", "sgd"),
                      "was made with the optimizer \"sgd\", and is to be resumed with \"adam\""},
        BadCheckpoint{"NoOptimizerName", erase_text("optimizer.name"), "optimizer.name is missing"},
        BadCheckpoint{"NoParameter", [](auto& f) { f.tensors.erase("5.bias"); }, "tensor \"5.bias\" is missing"},
        BadCheckpoint{"NoMoment", [](auto& f) { f.tensors.erase("optimizer.v.5"); }, "\"optimizer.v.5\" is missing"},
        BadCheckpoint{"MomentShape",
                      [](auto& f) {
                        f.tensors["optimizer.v.5"].shape = {3, 1};
                      },
                      "has shape (3, 1)"},
        BadCheckpoint{"ExtraMoment", [](auto& f) { f.tensors["optimizer.v.6"] = f.tensors["0.bias"]; },
                      "tensor \"optimizer.v.6\" (8,) has no place"},
        BadCheckpoint{"HalfABest", [](auto& f) { f.tensors.erase("best.5.bias"); }, "\"best.5.bias\" is missing"},
        BadCheckpoint{"ExtraTensor", [](auto& f) { f.tensors["x"] = f.tensors["0.bias"]; }, "\"x\" (8,) has no place"},
        BadCheckpoint{"NoSteps", erase_text("optimizer.steps"), "optimizer.steps is missing"},
        BadCheckpoint{"NegativeSteps", set_text("optimizer.steps", "-1"), "optimizer.steps is -1"},
        BadCheckpoint{"FractionalSteps", set_text("optimizer.steps", "1.5"), "is \"1.5\" instead of a number"},
        BadCheckpoint{"NoGenerator", erase_text("generator.1"), "generator.1 is missing"},
        BadCheckpoint{"ShortGenerator", set_text("generator.1", "1 2 3"), "is \"1 2 3\" instead of four numbers"},
        BadCheckpoint{"LongGenerator", set_text("generator.1", "1 2 3 4 5"), "instead of four numbers"},
        BadCheckpoint{"DeadGenerator", set_text("generator.1", "0 0 0 0"), "not all zero"},
        BadCheckpoint{"Epoch", set_text("trainer.epoch", "-1"), "no epoch -1"},
        BadCheckpoint{"Batch", set_text("trainer.batch", "14"), "batch 14: an epoch has 13 batches"},
        BadCheckpoint{"BatchOverflow", set_text("trainer.batch", "9223372036854775808"), "instead of a number"},
        BadCheckpoint{"LearningRate", set_text("trainer.base_lr", "nan"), "lr nan"},
        BadCheckpoint{"Finished", set_text("trainer.finished", "1"), "is \"1\" instead of true or false"},
        BadCheckpoint{"Counts", set_text("trainer.correct", "1000"), "counts are impossible: 1000 of"}),
    [](const auto& test) { return test.param.name; });

/// A program that runs until it ends or is killed.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    if (::posix_spawn(&pid_, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
      throw Error("cannot start " + arguments[0]);
  }
  ~Child() {
    if (pid_ > 0) kill_now();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int kill_now() {
    ::kill(pid_, SIGKILL);
    return wait();
  }
  int wait() {
    int status = -1;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return status;
  }

 private:
  pid_t pid_ = 0;
};

TEST(Checkpoint, SurvivesBeingKilledAtAnyMoment) {
  const TemporaryDirectory directory;
  const auto path = directory.path / "run" / "checkpoint", whole = directory.path / "whole";
  std::filesystem::create_directory(path.parent_path());
  const std::string epochs = "25";
  ASSERT_EQ(Child({CHECKPOINT_CHILD, whole.string(), "adam", epochs}).wait(), 0);

  // Each child is killed some milliseconds after the file has changed: in the middle of a batch, of a write, of a
  // rename. So each makes progress, however slow the machine is.
  Rng rng(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  const auto modified = [&] {
    std::error_code missing;
    return std::filesystem::last_write_time(path, missing);
  };
  int kills = 0;
  for (; kills < 25; ++kills) {
    const auto before = modified();
    Child child({CHECKPOINT_CHILD, path.string(), "adam", epochs});
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (modified() == before && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::microseconds(rng.below(4000)));
    const int status = child.kill_now();
    ASSERT_TRUE(WIFSIGNALED(status) || status == 0) << status;
    ASSERT_NO_THROW(checkpoint_config(read_safetensors(path)));
    if (status == 0) break;
  }
  EXPECT_GE(kills, 3) << "training ended before it could be killed often enough";
  ASSERT_EQ(Child({CHECKPOINT_CHILD, path.string(), "adam", epochs}).wait(), 0);
  EXPECT_EQ(read_file(path), read_file(whole));
}

}  // namespace
}  // namespace tinytorch
