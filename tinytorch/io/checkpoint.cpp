#include "tinytorch/io/checkpoint.h"

#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/io/network_file.h"
#include "tinytorch/io/text.h"

namespace tinytorch {
namespace {

constexpr std::string_view kVersion = "1";

/// Every field of the configuration with its name in the file: one list, so that writing and reading cannot differ.
template <class Config, class Visit>
void visit_config(Config& config, Visit&& visit) {
  visit("config.architecture", config.architecture);
  visit("config.data", config.data);
  visit("config.seed", config.seed);
  visit("config.batch_size", config.batch_size);
  visit("config.drop_last", config.drop_last);
  visit("config.optimizer", config.optimizer);
  visit("config.optimizer.lr", config.optimizer_options.lr);
  visit("config.optimizer.momentum", config.optimizer_options.momentum);
  visit("config.optimizer.weight_decay", config.optimizer_options.weight_decay);
  visit("config.optimizer.nesterov", config.optimizer_options.nesterov);
  visit("config.epochs", config.trainer.epochs);
  visit("config.label_smoothing", config.trainer.step.label_smoothing);
  visit("config.max_grad_norm", config.trainer.step.max_grad_norm);
  visit("config.schedule", config.trainer.schedule.kind);
  visit("config.schedule.total", config.trainer.schedule.total);
  visit("config.schedule.warmup", config.trainer.schedule.warmup);
  visit("config.schedule.every", config.trainer.schedule.every);
  visit("config.schedule.gamma", config.trainer.schedule.gamma);
  visit("config.schedule.floor", config.trainer.schedule.floor);
  visit("config.patience", config.trainer.patience);
  visit("config.restore_best", config.trainer.restore_best);
}

template <class State, class Visit>
void visit_state(State& state, Visit&& visit) {
  visit("trainer.epoch", state.epoch);
  visit("trainer.batch", state.batch);
  visit("trainer.base_lr", state.base_lr);
  visit("trainer.images", state.progress.images);
  visit("trainer.correct", state.progress.correct);
  visit("trainer.loss_sum", state.progress.loss_sum);
  visit("trainer.best_accuracy", state.best_accuracy);
  visit("trainer.best_loss", state.best_loss);
  visit("trainer.epochs_without_improvement", state.epochs_without_improvement);
  visit("trainer.finished", state.finished);
}

struct Writer {
  Safetensors& file;
  void operator()(const std::string& key, const std::string& value) const { file.metadata[key] = value; }
  void operator()(const std::string& key, bool value) const { file.metadata[key] = value ? "true" : "false"; }
  template <class Number>
  void operator()(const std::string& key, Number value) const {
    file.metadata[key] = exact_text(value);
  }
};

struct Reader {
  const Safetensors& file;
  void operator()(const std::string& key, std::string& value) const { value = metadata_value(file, key); }
  void operator()(const std::string& key, bool& value) const {
    const std::string& text = metadata_value(file, key);
    if (text != "true" && text != "false") fail(key, text, "true or false");
    value = text == "true";
  }
  template <class Number>
  void operator()(const std::string& key, Number& value) const {
    const std::string& text = metadata_value(file, key);
    const auto number = parse_number<Number>(text);
    if (!number) fail(key, text, "a number of its type");
    value = *number;
  }
  [[noreturn]] static void fail(const std::string& key, const std::string& text, const std::string& wanted) {
    throw Error("[checkpoint] metadata " + key + " is " + in_quotes(text) + " instead of " + wanted);
  }
};

std::string generator_key(std::size_t i) { return "generator." + std::to_string(i); }

/// Four numbers with spaces between them.
std::string to_text(const Rng::State& state) {
  std::string text;
  for (const std::uint64_t word : state) {
    if (!text.empty()) text += ' ';
    text += exact_text(word);
  }
  return text;
}

Rng::State parse_generator(const Safetensors& file, const std::string& key) {
  const std::string& text = metadata_value(file, key);
  Rng::State state{};
  std::string_view rest = text;
  for (std::uint64_t& word : state) {
    const std::size_t space = &word == &state.back() ? rest.size() : std::min(rest.find(' '), rest.size());
    const auto number = parse_number<std::uint64_t>(rest.substr(0, space));
    if (!number) Reader::fail(key, text, "four numbers");
    word = *number;
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  if (state == Rng::State{}) Reader::fail(key, text, "a state that is not all zero");
  return state;
}

void check_checkpoint(const Safetensors& file) {
  check_format(file);
  const auto version = file.metadata.find(std::string(kCheckpointVersionKey));
  if (version == file.metadata.end()) {
    throw Error("[checkpoint] the file is a model without the state of its training: it cannot be resumed");
  }
  if (version->second != kVersion) {
    throw Error("[checkpoint] version " + in_quotes(version->second) + ", and this program reads " +
                in_quotes(kVersion) + ": another tinytorch wrote the file");
  }
}

TrainerState stored_state(const Safetensors& file) {
  TrainerState state;
  visit_state(state, Reader{file});
  const auto& p = state.progress;
  if (p.images < 0 || p.correct < 0 || p.correct > p.images || state.epochs_without_improvement < 0) {
    throw Error("[checkpoint] the trainer's counts are impossible: " + std::to_string(p.correct) + " of " +
                std::to_string(p.images) + " correct, " + std::to_string(state.epochs_without_improvement) +
                " epochs without improvement");
  }
  return state;
}

/// What restoring will write, all of it read and checked.
struct Restored {
  std::vector<Array> parameters, optimizer, best;
  std::int64_t steps = 0;
  TrainerState trainer;
  std::vector<Rng::State> generators;
};

/// In the order of Module::parameters(), where a tensor that has two names comes once.
std::vector<NamedTensor> distinct_parameters(const Sequential& network) {
  std::vector<NamedTensor> result;
  for (const NamedTensor& p : network.named_parameters()) {
    const bool seen = std::ranges::any_of(result, [&](const auto& r) { return r.tensor.node() == p.tensor.node(); });
    if (!seen) result.push_back(p);
  }
  return result;
}

std::vector<NamedTensor> optimizer_arrays(const Optimizer::State& state) {
  std::vector<NamedTensor> result;
  for (const auto& [name, array] : state.arrays) result.push_back({name, Tensor(array)});
  return result;
}

Restored read_all(const Safetensors& file, Sequential& network, Optimizer& optimizer) {
  check_checkpoint(file);
  const auto expect = [&](const std::string& what, const std::string& stored, const std::string& given) {
    if (stored != given) {
      throw Error("[checkpoint] it was made with the " + what + " " + in_quotes(stored) +
                  ", and is to be resumed with " + in_quotes(given));
    }
  };
  expect("architecture", metadata_value(file, "architecture"), network.describe());
  expect("optimizer", metadata_value(file, "optimizer.name"), optimizer.name());

  Restored result;
  const std::vector<NamedTensor> parameters = network.named_parameters();
  const std::vector<NamedTensor> arrays = optimizer_arrays(optimizer.state());
  result.parameters = matching_values(file, "", parameters);
  result.optimizer = matching_values(file, kOptimizerPrefix, arrays);
  const bool has_best =
      std::ranges::any_of(file.tensors, [](const auto& t) { return t.first.starts_with(kBestPrefix); });
  if (has_best) result.best = matching_values(file, kBestPrefix, distinct_parameters(network));
  std::vector<NamedTensor> known = parameters;
  for (const auto& p : distinct_parameters(network)) known.push_back({std::string(kBestPrefix) + p.name, p.tensor});
  for (const auto& a : arrays) known.push_back({std::string(kOptimizerPrefix) + a.name, a.tensor});
  check_no_others(file, {}, known);

  Reader{file}("optimizer.steps", result.steps);
  if (result.steps < 0) throw Error("[checkpoint] optimizer.steps is " + std::to_string(result.steps));
  result.trainer = stored_state(file);
  const std::size_t generators = network.generators().size();
  for (std::size_t i = 0; i < generators; ++i) result.generators.push_back(parse_generator(file, generator_key(i)));
  return result;
}

}  // namespace

Safetensors make_checkpoint(const TrainingConfig& config, Sequential& network, Optimizer& optimizer,
                            const Trainer& trainer) {
  Safetensors file = network_file(network, config.normalization);
  file.metadata[std::string(kCheckpointVersionKey)] = kVersion;
  visit_config(config, Writer{file});
  visit_state(trainer.state(), Writer{file});

  const Optimizer::State state = optimizer.state();
  file.metadata["optimizer.name"] = optimizer.name();
  file.metadata["optimizer.steps"] = exact_text(state.steps);
  for (const auto& [name, array] : state.arrays) file.tensors[std::string(kOptimizerPrefix) + name] = store(array);

  const std::vector<NamedTensor> parameters = distinct_parameters(network);
  const std::vector<Array>& best = trainer.best_parameters();
  for (std::size_t i = 0; i < best.size(); ++i) {
    file.tensors[std::string(kBestPrefix) + parameters.at(i).name] = store(best[i]);
  }
  const std::vector<Rng*> generators = network.generators();
  for (std::size_t i = 0; i < generators.size(); ++i) file.metadata[generator_key(i)] = to_text(generators[i]->state());
  return file;
}

TrainingConfig checkpoint_config(const Safetensors& file) {
  check_checkpoint(file);
  TrainingConfig config;
  visit_config(config, Reader{file});
  config.normalization = stored_normalization(file);
  return config;
}

void restore_checkpoint(const Safetensors& file, Sequential& network, Optimizer& optimizer, Trainer& trainer) {
  Restored from = read_all(file, network, optimizer);
  std::vector<NamedTensor> parameters = network.named_parameters();
  Optimizer::State state = optimizer.state();

  trainer.set_state(from.trainer);  // refuses an epoch or a batch that is not there, and then changes nothing
  trainer.set_best_parameters(std::move(from.best));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    overwrite(parameters[i].tensor.mutable_value(), from.parameters[i]);
  }
  for (std::size_t i = 0; i < state.arrays.size(); ++i) overwrite(state.arrays[i].second, from.optimizer[i]);
  optimizer.set_steps(from.steps);
  const std::vector<Rng*> generators = network.generators();
  for (std::size_t i = 0; i < generators.size(); ++i) generators[i]->set_state(from.generators[i]);
}

}  // namespace tinytorch
