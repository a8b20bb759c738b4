// The program tt-milestone: linked with the student's bodies of all exercises. `tt milestone` builds and starts it.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>

#include "tinytorch/base/cpu.h"
#include "tinytorch/base/error.h"
#include "tinytorch/base/hash.h"
#include "tinytorch/cli/application.h"
#include "tinytorch/cli/quantizing.h"
#include "tinytorch/cli/training_run.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/quant/quantized_file.h"
#include "tinytorch/train/trainer.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCalibration = 512, kBatch = 256;  // images
// What the milestones ask for. The reference, seeds 1 to 3: 98.31 to 98.34 % of MNIST and 91.07 to 91.42 % of the
// generated digits, which are harder. In int8 its accuracy changes by 0.06 points at most on either; 99.95 to 99.98 %
// of MNIST's answers stay, and 99.76 to 99.87 % of those to digits, more of which lie at the border of two classes.
struct Wanted {
  double accuracy, lost, agreement;
};
constexpr Wanted kMnist{0.97, 0.0015, 0.998}, kDigits{0.90, 0.0015, 0.995};
const Wanted& wanted_of(const ChosenData& data) { return data.name == "digits" ? kDigits : kMnist; }

struct Options {
  fs::path folder, model;
  DataChoice data;

  fs::path mnist() const { return folder / "mnist.safetensors"; }
  fs::path network() const { return model.empty() ? mnist() : model; }
};

/// Conditions, each with what came and what is asked for.
class Verdict {
 public:
  Verdict(Terminal& terminal, std::string name) : terminal_(terminal) {
    report_ = {{"milestone", std::move(name)}, {"conditions", Json::array()}};
  }

  void condition(const std::string& what, bool holds, const std::string& got, const std::string& wanted) {
    terminal_.result((holds ? "  holds   " : "  fails   ") + what + ": " + got +
                     (wanted.empty() ? "" : ", asked for: " + wanted));
    report_["conditions"].push_back({{"what", what}, {"holds", holds}, {"got", got}, {"wanted", wanted}});
    reached_ = reached_ && holds;
  }
  int end() {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    terminal_.result((reached_ ? "Milestone reached, " : "Milestone not reached, ") + fixed(seconds, 0) + " s.");
    report_["reached"] = reached_;
    terminal_.json(json_text(report_));
    return reached_ ? 0 : 1;
  }

 private:
  Terminal& terminal_;
  Json report_;
  bool reached_ = true;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// The whole way once with a handful of images: what is not attempted is known in a second and not after the training.
void rehearse(const Options& options) {
  Terminal silent(true, true);
  TrainingJob job;
  job.config.architecture = "784-8-10";
  job.config.trainer.epochs = 1;
  job.data = options.data;
  job.limit = 64;
  job.model = options.folder / "rehearsal.safetensors";
  job.checkpoint = checkpoint_path(job.model);
  std::error_code none;
  fs::remove(job.model, none);
  run_training(job, nullptr, silent);
  fs::remove(job.model, none);
}

int mnist(const Common& common, const Options& options) {
  Terminal terminal(common.json, common.quiet);
  Verdict verdict(terminal, "mnist");
  fs::create_directories(options.folder);
  rehearse(options);
  TrainingJob job;
  job.data = options.data;
  job.model = options.mnist();
  job.checkpoint = checkpoint_path(job.model);
  const TrainingOutcome outcome = run_training(job, nullptr, terminal);
  if (outcome.interrupted) return 130;
  const double wanted = wanted_of(outcome.data).accuracy;
  const double accuracy = outcome.test.total.accuracy();
  terminal.result("");
  verdict.condition("accuracy on " + grouped(outcome.data.splits.test.size()) + " test images of " + outcome.data.name,
                    accuracy >= wanted, percent(accuracy), "at least " + percent(wanted));
  const int code = verdict.end();
  if (code == 0)
    terminal.remark("Your network is " + options.mnist().string() + ". It is an ordinary model: " + program_name() +
                    " eval " + options.mnist().string() + " --mine");
  else
    terminal.remark(
        "Look at the loss of the first batch, whether it falls within the first hundred, and at test and training "
        "accuracy side by side.");
  return code;
}

Model load_network(const Options& options) {
  if (!fs::exists(options.network()))
    throw Error(options.network().string() + " is missing; `" + program_name() +
                " milestone mnist` trains it, or name a network with --model");
  return load_float_model(options.network().string(), "the milestone quantizes it itself");
}

/// Logits of all images, (images, classes).
std::vector<float> logits_of(Module& network, const Dataset& data, const Normalization& normalization,
                             std::int64_t batch) {
  const NoGrad no_history;
  std::vector<float> logits;
  for (std::int64_t i = 0; i < data.size(); i += batch) {
    const Tensor y = network(images_of(data, i, batch, normalization));
    logits.insert(logits.end(), y.value().values().begin(), y.value().values().end());
  }
  return logits;
}

std::size_t best_of(const std::vector<float>& logits, std::size_t image, std::size_t classes) {
  const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(image * classes);
  return static_cast<std::size_t>(std::max_element(begin, begin + static_cast<std::ptrdiff_t>(classes)) - begin);
}

struct Score {
  double accuracy = 0, agreement = 0;
};

Score score(const std::vector<float>& logits, const std::vector<float>& reference, const Dataset& data) {
  const auto images = static_cast<std::size_t>(data.size()), classes = static_cast<std::size_t>(data.classes);
  if (logits.size() != images * classes || reference.size() != logits.size())
    throw Error("the networks do not give one logit for each class");
  std::size_t correct = 0, agree = 0;
  for (std::size_t i = 0; i < images; ++i) {
    const std::size_t chosen = best_of(logits, i, classes);
    correct += chosen == static_cast<std::size_t>(data.labels[i]);
    agree += chosen == best_of(reference, i, classes);
  }
  return {static_cast<double>(correct) / static_cast<double>(images),
          static_cast<double>(agree) / static_cast<double>(images)};
}

void compare(Verdict& verdict, const std::string& what, const Wanted& wanted, const Score& before, const Score& after) {
  const double lost = before.accuracy - after.accuracy;
  // The slack, less than one image of 10,000: a difference of two quotients is not exact.
  verdict.condition(what + ": points lost", lost <= wanted.lost + 1e-9,
                    fixed(100 * lost, 2) + " (" + percent(before.accuracy) + " to " + percent(after.accuracy) + ")",
                    "at most " + fixed(100 * wanted.lost, 2));
  verdict.condition(what + ": answers as before", after.agreement >= wanted.agreement - 1e-9, percent(after.agreement),
                    "at least " + percent(wanted.agreement));
}

/// A trained network, and what it is quantized and measured with.
struct Trained {
  Trained(const Options& options, Terminal& terminal)
      : model(load_network(options)), data(load_data(data_for(model, options.data), terminal)) {}

  /// A copy quantized by the student's quantize_model.
  Model quantized(QuantScheme scheme, bool chain) const {
    Model copy{std::make_shared<Sequential>(*model.network), model.normalization, model.notes};
    QuantConfig config;
    config.scheme = scheme;
    config.chain = chain;
    quantize_model(*copy.network, samples, config);
    return copy;
  }
  const Dataset& test() const { return data.splits.test; }
  std::vector<float> logits(Module& network, std::int64_t batch = kBatch) const {
    return logits_of(network, test(), model.normalization, batch);
  }

  const Model model;
  const ChosenData data;
  const EvaluationMode evaluating{*model.network};
  const Tensor samples = images_of(data.splits.train, 0, kCalibration, model.normalization);
};

int int8(const Common& common, const Options& options) {
  Terminal terminal(common.json, common.quiet);
  Verdict verdict(terminal, "int8");
  const Trained trained(options, terminal);
  trained.quantized(QuantScheme::static_, false);  // what is missing shows before the long part
  const std::vector<float> reference = trained.logits(*trained.model.network);
  const Score before = score(reference, reference, trained.test());
  for (const QuantScheme scheme : {QuantScheme::dynamic, QuantScheme::static_}) {
    const Model copy = trained.quantized(scheme, false);
    compare(verdict, std::string(to_string(scheme)), wanted_of(trained.data), before,
            score(trained.logits(*copy.network), reference, trained.test()));
    if (scheme == QuantScheme::dynamic) continue;
    const SizeAnalysis sizes = analyze_model_sizes(*trained.model.network, *copy.network);
    verdict.condition("bytes in memory", sizes.memory_ratio() >= 3.5, fixed(sizes.memory_ratio(), 2) + " times fewer",
                      "at least 3.5 times");
  }
  return verdict.end();
}

std::string fingerprint(const std::vector<float>& logits) {
  return hex_text(fnv1a({reinterpret_cast<const char*>(logits.data()), logits.size() * sizeof(float)}));
}

/// The fingerprint that this program prints when it may use another instruction set: in a process of its own, as the
/// choice of kernels is made once.
std::string fingerprint_on(Isa isa, const fs::path& model, const Options& options) {
  ::setenv("TINYTORCH_ISA", std::string(to_string(isa)).c_str(), 1);
  const auto quoted = [](const std::string& word) {
    std::string result = "'";
    for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
  };
  std::string command = quoted(fs::read_symlink("/proc/self/exe").string()) + " logits --folder " +
                        quoted(options.folder.string()) + " --model " + quoted(model.string());
  if (!options.data.data.empty()) command += " --data " + quoted(options.data.data);
  if (!options.data.directory.empty()) command += " --data-dir " + quoted(options.data.directory.string());
  std::string text;
  if (std::FILE* pipe = ::popen(command.c_str(), "r")) {
    char chunk[256];
    while (std::fgets(chunk, sizeof chunk, pipe) != nullptr) text += chunk;
    ::pclose(pipe);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

int logits(const Common& common, const Options& options) {
  Terminal terminal(common.json, true);
  const Model model = load_quantized_model(options.model.string());
  const ChosenData data = load_data(data_for(model, options.data), terminal);
  std::cout << fingerprint(logits_of(*model.network, data.splits.test, model.normalization, kBatch)) << '\n';
  return 0;
}

int integer(const Common& common, const Options& options) {
  Terminal terminal(common.json, common.quiet);
  Verdict verdict(terminal, "integer");
  const Trained trained(options, terminal);
  const Model chain = trained.quantized(QuantScheme::static_, true);
  IntegerNetwork network = make_integer_network(*chain.network);  // refuses a layer that leaves the integers
  verdict.condition("layers that pass integers on", true, network.describe(), "");
  const std::vector<float> reference = trained.logits(*trained.model.network), many = trained.logits(network);
  compare(verdict, "integer network", wanted_of(trained.data), score(reference, reference, trained.test()),
          score(many, reference, trained.test()));
  // Integers have no order of summation: whatever changes it must not change a bit.
  const Dataset some = trained.test().first(500);
  const std::vector<float> one = logits_of(network, some, trained.model.normalization, 1);
  const bool same = std::equal(one.begin(), one.end(), many.begin(),
                               [](float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; });
  verdict.condition("one image at a time, bit by bit", same, same ? "the same logits" : "other logits",
                    "the same as in batches");
  const fs::path file = options.folder / "integer.safetensors";
  fs::create_directories(options.folder);
  save_quantized_model(file, chain);
  if (detected_isa() == Isa::generic) {
    terminal.remark("This CPU has generic kernels only: there are no others to compare with.");
  } else {
    const std::string other = fingerprint_on(detected_isa(), file, options), mine = fingerprint(many);
    verdict.condition(
        "your kernels (" + std::string(to_string(active_isa())) + ") and those for " +
            std::string(to_string(detected_isa())),
        mine == other,
        mine == other ? "bit-equal logits" : "other logits (" + mine + ", " + (other.empty() ? "none" : other) + ")",
        "bit-equal");
  }
  return verdict.end();
}

template <int (*action)(const Common&, const Options&)>
void add(CLI::App& app, Common& common, const char* name, const char* words) {
  CLI::App* command = app.add_subcommand(name, words);
  auto options = std::make_shared<Options>();
  command->add_option("--folder", options->folder, "Where models are kept")->required();
  command->add_option("--model", options->model, "A network");
  add_data_options(*command, options->data);
  add_common(*command, common, "  ./tt milestone\n");
  command->callback([&common, options] { common.action = [&common, options] { return action(common, *options); }; });
}

void add_mnist(CLI::App& app, Common& common) { add<mnist>(app, common, "mnist", "Train"); }
void add_int8(CLI::App& app, Common& common) { add<int8>(app, common, "int8", "Quantize"); }
void add_integer(CLI::App& app, Common& common) { add<integer>(app, common, "integer", "Run on integers"); }
void add_logits(CLI::App& app, Common& common) { add<logits>(app, common, "logits", "Print the logits' fingerprint"); }

}  // namespace
}  // namespace tinytorch::cli

int main(int argc, char** argv) {
  using namespace tinytorch::cli;
  return run_application({"Milestones of the course, on a student's own code",
                          "Started by `tt milestone`.",
                          {add_mnist, add_int8, add_integer, add_logits}},
                         argc, argv);
}
