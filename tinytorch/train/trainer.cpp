#include "tinytorch/train/trainer.h"

#include <algorithm>
#include <chrono>

namespace tinytorch {
namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// While alive the schedule may move the lr; then it is what it was.
class KeepLr {
 public:
  explicit KeepLr(Optimizer& optimizer) : optimizer_(optimizer), lr_(optimizer.lr()) {}
  ~KeepLr() { optimizer_.set_lr(lr_); }
  KeepLr(const KeepLr&) = delete;
  KeepLr& operator=(const KeepLr&) = delete;

 private:
  Optimizer& optimizer_;
  float lr_;
};

}  // namespace

std::int64_t predicted_class(const Array& logits, std::int64_t row) {
  const std::int64_t classes = logits.dim(1);
  const float* x = logits.data() + row * classes;
  return std::max_element(x, x + classes) - x;
}

std::int64_t count_correct(const Array& logits, const Labels& labels) {
  std::int64_t correct = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    correct += predicted_class(logits, static_cast<std::int64_t>(row)) == labels[row];
  }
  return correct;
}

Trainer::Trainer(Module& model, Optimizer& optimizer, DataLoader& loader, TrainerOptions options,
                 const Dataset* validation)
    : model_(model), optimizer_(optimizer), loader_(loader), options_(std::move(options)), validation_(validation) {
  const auto fail = [](const std::string& why) { throw Error("[train] " + why); };
  if (options_.epochs < 0) fail("epochs " + std::to_string(options_.epochs) + ": it may not be negative");
  if (options_.patience < 0) fail("patience " + std::to_string(options_.patience) + ": it may not be negative");
  if (!(options_.step.max_grad_norm >= 0))
    fail("max_grad_norm " + std::to_string(options_.step.max_grad_norm) + ": it may not be negative");
  if (options_.patience > 0 && !validation)
    fail("patience needs validation data: it waits for a lower validation loss");
  if (options_.restore_best && !validation) fail("restore_best needs validation data: it looks for the best accuracy");
  if (options_.schedule.total == 0) options_.schedule.total = options_.epochs * loader_.batches();
  options_.schedule.factor(0);  // an unknown kind is found before hours of training
  state_.base_lr = optimizer_.lr();
}

float Trainer::lr_at(std::int64_t epoch, std::int64_t batch) const {
  return state_.base_lr * options_.schedule.factor(epoch * loader_.batches() + batch);
}

std::vector<EpochReport> Trainer::fit() {
  std::vector<EpochReport> reports;
  const KeepLr keep(optimizer_);
  state_.base_lr = optimizer_.lr();
  model_.set_training(true);
  bool running = true;
  while (running && !state_.finished && state_.epoch < options_.epochs) {
    const auto begin = std::chrono::steady_clock::now();
    loader_.start(state_.epoch, state_.batch);
    try {
      const bool completed = train_epoch(
          model_, optimizer_, loader_, options_.step, state_.progress,
          [&] { optimizer_.set_lr(lr_at(state_.epoch, state_.batch)); },
          [&] {
            ++state_.batch;
            running = !on_batch || on_batch(state_, state_.progress) == Continue::yes;
            return running;
          });
      if (!completed) break;
    } catch (const LossNotFinite& e) {
      throw LossNotFinite(std::string(e.what()) + " at epoch " + std::to_string(state_.epoch + 1) + ", batch " +
                          std::to_string(state_.batch + 1) + " (counting from 1), lr " +
                          std::to_string(optimizer_.lr()) +
                          ": parameters are those before that batch; try a lower lr or gradient clipping");
    }
    EpochReport report{.epoch = state_.epoch + 1,
                       .train = state_.progress,
                       .seconds = seconds_since(begin),
                       .lr = lr_at(state_.epoch, loader_.batches() - 1)};
    if (validation_) validate(report);
    // From here on the state is that of the next epoch, so that what on_epoch saves is a run's place between the two.
    ++state_.epoch;
    state_.batch = 0;
    state_.progress = {};
    const bool tired = options_.patience > 0 && state_.epochs_without_improvement >= options_.patience;
    state_.finished = tired || state_.epoch >= options_.epochs;
    if (state_.finished && !best_.empty()) {
      std::vector<Tensor> parameters = model_.parameters();
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        std::ranges::copy(best_[i].values(), parameters[i].mutable_value().data());
      }
    }
    reports.push_back(report);
    if (on_epoch && on_epoch(report) == Continue::stop) running = false;
  }
  return reports;
}

void Trainer::validate(EpochReport& report) {
  report.validation = evaluate(model_, *validation_, loader_.options().normalization);
  const Progress& total = report.validation->total;
  report.best = total.accuracy() > state_.best_accuracy;
  if (report.best) {
    state_.best_accuracy = total.accuracy();
    if (options_.restore_best) {
      best_.clear();
      for (const Tensor& p : model_.parameters()) best_.push_back(p.value().clone());
    }
  }
  const bool lower = total.loss() < state_.best_loss;
  if (lower) state_.best_loss = total.loss();
  state_.epochs_without_improvement = lower ? 0 : state_.epochs_without_improvement + 1;
}

void Trainer::set_state(const TrainerState& state) {
  if (state.epoch < 0 || state.batch < 0 || state.batch > loader_.batches()) {
    throw Error("[train] there is no epoch " + std::to_string(state.epoch) + ", batch " + std::to_string(state.batch) +
                ": an epoch has " + std::to_string(loader_.batches()) + " batches");
  }
  optimizer_.set_lr(state.base_lr);
  state_ = state;
}

void Trainer::set_best_parameters(std::vector<Array> best) {
  const std::vector<Tensor> parameters = model_.parameters();
  const bool fits = std::ranges::equal(
      best, parameters, {}, [](const Array& a) { return a.shape(); }, [](const Tensor& p) { return p.shape(); });
  if (!best.empty() && !fits) throw Error("[train] the best parameters have other shapes than the model's");
  best_ = std::move(best);
}

}  // namespace tinytorch
