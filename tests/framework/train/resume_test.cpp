#include <gtest/gtest.h>

#include "tests/framework/train/fixture.h"

namespace tinytorch {
namespace {

TrainerOptions options() {
  return {.epochs = 4,
          .step = {.label_smoothing = 0.1f, .max_grad_norm = 2},
          .schedule = {.kind = "cosine", .warmup = 5},
          .restore_best = true};
}

/// All that a checkpoint holds, in memory.
struct Saved {
  TrainerState state;
  std::vector<Array> parameters, best;
  std::vector<Rng::State> generators;
  std::int64_t steps;
  std::vector<Array> optimizer;
};

struct Training {
  Training(const std::string& name, std::uint64_t seed, const Dataset& train, const Dataset& validation)
      : loader(train, {.batch_size = 16, .seed = 9, .normalization = {}}),
        model(small_network(seed)),
        optimizer(make_optimizer(name, model.parameters(), {.lr = 0.01f, .weight_decay = 0.01f, .nesterov = true})),
        trainer(model, *optimizer, loader, options(), &validation) {}

  Saved save() {
    Saved saved{trainer.state(), parameter_values(model), {}, {}, optimizer->state().steps, {}};
    for (const Array& a : trainer.best_parameters()) saved.best.push_back(a.clone());
    for (const Rng* rng : model.generators()) saved.generators.push_back(rng->state());
    for (const auto& [name, array] : optimizer->state().arrays) saved.optimizer.push_back(array.clone());
    return saved;
  }

  void restore(const Saved& saved) {
    for (std::size_t i = 0; i < saved.parameters.size(); ++i) {
      std::ranges::copy(saved.parameters[i].values(), model.parameters()[i].mutable_value().data());
    }
    for (std::size_t i = 0; i < saved.generators.size(); ++i) model.generators()[i]->set_state(saved.generators[i]);
    Optimizer::State state = optimizer->state();
    for (std::size_t i = 0; i < saved.optimizer.size(); ++i) {
      std::ranges::copy(saved.optimizer[i].values(), state.arrays[i].second.data());
    }
    optimizer->set_steps(saved.steps);
    trainer.set_best_parameters(saved.best);
    trainer.set_state(saved.state);
  }

  DataLoader loader;
  Sequential model;
  std::unique_ptr<Optimizer> optimizer;
  Trainer trainer;
};

TEST(Resume, GivesTheBitsOfAnUninterruptedRunFromAnyBatch) {
  const Dataset train = striped_dataset(100, 1), validation = striped_dataset(40, 2);
  for (const char* name : {"sgd", "adam", "adamw"}) {
    Training whole(name, 1, train, validation);
    std::vector<Saved> places;  // after every batch and, in the next entry, after every epoch
    whole.trainer.on_batch = [&](const TrainerState&, const Progress&) {
      places.push_back(whole.save());
      return Continue::yes;
    };
    whole.trainer.on_epoch = [&](const EpochReport&) {
      places.push_back(whole.save());
      return Continue::yes;
    };
    const std::vector<EpochReport> expected = whole.trainer.fit();
    ASSERT_EQ(places.size(), 4u * (7 + 1));

    for (const Saved& place : places) {
      Training resumed(name, 77, train,
                       validation);  // other weights, other masks: everything must come from the saved state
      resumed.restore(place);
      const std::vector<EpochReport> reports = resumed.trainer.fit();
      const std::string where = std::string(name) + " from epoch " + std::to_string(place.state.epoch) + " batch " +
                                std::to_string(place.state.batch);
      EXPECT_TRUE(same_values(parameter_values(whole.model), parameter_values(resumed.model))) << where;
      EXPECT_TRUE(same_values(whole.trainer.best_parameters(), resumed.trainer.best_parameters())) << where;
      ASSERT_EQ(reports.size(), static_cast<std::size_t>(4 - place.state.epoch)) << where;
      for (std::size_t i = 0; i < reports.size(); ++i) {
        const EpochReport& a = expected[expected.size() - reports.size() + i];
        EXPECT_EQ(reports[i].train.loss_sum, a.train.loss_sum) << where;
        EXPECT_EQ(reports[i].train.correct, a.train.correct) << where;
        EXPECT_EQ(reports[i].validation->total.loss_sum, a.validation->total.loss_sum) << where;
        EXPECT_EQ(reports[i].best, a.best) << where;
        EXPECT_EQ(reports[i].lr, a.lr) << where;
      }
    }
  }
}

TEST(Resume, WithoutTheGeneratorsIsAnotherRun) {
  const Dataset train = striped_dataset(100, 1), validation = striped_dataset(40, 2);
  Training whole("adam", 1, train, validation);
  Saved place{};
  whole.trainer.on_batch = [&](const TrainerState& state, const Progress&) {
    if (state.epoch == 1 && state.batch == 3) place = whole.save();
    return Continue::yes;
  };
  whole.trainer.fit();
  place.generators.clear();
  Training resumed("adam", 77, train, validation);
  resumed.restore(place);
  resumed.trainer.fit();
  EXPECT_FALSE(same_values(parameter_values(whole.model), parameter_values(resumed.model)));
}

}  // namespace
}  // namespace tinytorch
