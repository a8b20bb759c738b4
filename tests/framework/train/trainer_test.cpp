#include "tinytorch/train/trainer.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>

#include "tests/framework/train/fixture.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// Everything a run needs: 100 images in batches of 16, seven to an epoch.
struct Training {
  explicit Training(TrainerOptions options, const Dataset* validation = nullptr,
                    const std::string& optimizer_name = "adam")
      : optimizer(make_optimizer(optimizer_name, model.parameters(), {.lr = 0.01f})),
        trainer(model, *optimizer, loader, std::move(options), validation) {}

  Dataset data = striped_dataset(100, 1);
  DataLoader loader{data, {.batch_size = 16, .normalization = {}}};
  Sequential model = small_network();
  std::unique_ptr<Optimizer> optimizer;
  Trainer trainer;
};

TEST(Trainer, LearnsAndReportsEachEpoch) {
  const Dataset validation = striped_dataset(50, 2);
  Training run({.epochs = 10}, &validation);
  const std::vector<EpochReport> reports = run.trainer.fit();
  ASSERT_EQ(reports.size(), 10u);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(reports[i].epoch, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(reports[i].train.images, 100);
    ASSERT_TRUE(reports[i].validation);
    EXPECT_EQ(reports[i].validation->total.images, 50);
    EXPECT_GT(reports[i].seconds, 0);
  }
  EXPECT_LT(reports.back().train.loss(), reports.front().train.loss() / 2);
  EXPECT_GT(reports.back().validation->total.accuracy(), 0.9);  // guessing gives 0.25
  EXPECT_TRUE(run.trainer.state().finished);
  EXPECT_TRUE(run.trainer.fit().empty());
}

TEST(Trainer, SetsTheLearningRateOfEachBatchBySchedule) {
  Training run({.epochs = 2, .schedule = {.kind = "cosine", .warmup = 3, .floor = 0.1f}});
  std::vector<float> seen, expected;
  run.trainer.on_batch = [&](const TrainerState&, const Progress&) {
    seen.push_back(run.optimizer->lr());
    return Continue::yes;
  };
  const auto reports = run.trainer.fit();
  for (std::int64_t step = 0; step < 14; ++step) expected.push_back(0.01f * cosine_schedule(step, 14, 3, 0.1f));
  EXPECT_EQ(seen, expected);  // a total of 0 is all 2 epochs of 7 batches
  EXPECT_EQ(reports[0].lr, expected[6]);
  EXPECT_EQ(reports[1].lr, expected[13]);
  EXPECT_EQ(run.optimizer->lr(), 0.01f);
}

TEST(Trainer, TellsWhereItStandsAfterEachBatchAndEpoch) {
  Training run({.epochs = 2});
  std::vector<std::pair<std::int64_t, std::int64_t>> places;
  std::vector<std::int64_t> images;
  run.trainer.on_batch = [&](const TrainerState& state, const Progress& progress) {
    places.emplace_back(state.epoch, state.batch);
    images.push_back(progress.images);
    return Continue::yes;
  };
  run.trainer.on_epoch = [&](const EpochReport&) {
    places.emplace_back(run.trainer.state().epoch, run.trainer.state().batch);
    return Continue::yes;
  };
  run.trainer.fit();
  EXPECT_THAT(images, ElementsAre(16, 32, 48, 64, 80, 96, 100, 16, 32, 48, 64, 80, 96, 100));
  ASSERT_EQ(places.size(), 16u);
  EXPECT_EQ(places[0], (std::pair<std::int64_t, std::int64_t>{0, 1}));
  EXPECT_EQ(places[6], (std::pair<std::int64_t, std::int64_t>{0, 7}));
  EXPECT_EQ(places[7], (std::pair<std::int64_t, std::int64_t>{1, 0}));
  EXPECT_EQ(places[15], (std::pair<std::int64_t, std::int64_t>{2, 0}));
}

TEST(Trainer, StopsByCallbackAndContinuesAsIfItHadNot) {
  Training whole({.epochs = 3, .schedule = {.kind = "cosine"}});
  whole.trainer.fit();
  // After any batch, also the last of an epoch, and after an epoch.
  for (const int stop_at : {1, 6, 7, 8, 20, 21}) {
    Training run({.epochs = 3, .schedule = {.kind = "cosine"}});
    int batches = 0;
    run.trainer.on_batch = [&](const TrainerState&, const Progress&) {
      return ++batches == stop_at ? Continue::stop : Continue::yes;
    };
    const std::size_t first = run.trainer.fit().size();
    EXPECT_EQ(batches, stop_at);
    const std::size_t rest = run.trainer.fit().size();
    EXPECT_EQ(first + rest, 3u) << stop_at;
    EXPECT_TRUE(same_values(parameter_values(whole.model), parameter_values(run.model))) << stop_at;
  }
  Training run({.epochs = 3, .schedule = {.kind = "cosine"}});
  run.trainer.on_epoch = [](const EpochReport& report) { return report.epoch == 2 ? Continue::stop : Continue::yes; };
  EXPECT_EQ(run.trainer.fit().size(), 2u);
  EXPECT_EQ(run.trainer.fit().size(), 1u);
  EXPECT_TRUE(same_values(parameter_values(whole.model), parameter_values(run.model)));
}

TEST(Trainer, StopsEarlyWhenTheLossOfValidationFallsNoMore) {
  Dataset validation = striped_dataset(50, 2);
  for (std::uint8_t& label : validation.labels) label = static_cast<std::uint8_t>((label + 1) % 4);  // all wrong
  Training run({.epochs = 50, .patience = 3}, &validation);
  const std::vector<EpochReport> reports = run.trainer.fit();
  // The better the network becomes, the higher this loss: the lowest is among the first, and three epochs follow it.
  std::size_t lowest = 0;
  for (std::size_t i = 1; i < reports.size(); ++i) {
    if (reports[i].validation->total.loss() < reports[lowest].validation->total.loss()) lowest = i;
  }
  EXPECT_EQ(reports.size(), lowest + 1 + 3);
  EXPECT_LT(reports.size(), 50u);
  EXPECT_TRUE(run.trainer.state().finished);
}

TEST(Trainer, PutsBackTheParametersOfTheBestEpoch) {
  Dataset validation = striped_dataset(50, 2);
  for (std::uint8_t& label : validation.labels) label = static_cast<std::uint8_t>((label + 1) % 4);
  Training run({.epochs = 6, .restore_best = true}, &validation);
  std::vector<std::vector<Array>> after_epoch;
  run.trainer.on_batch = [&](const TrainerState& state, const Progress&) {
    if (state.batch == 7) after_epoch.push_back(parameter_values(run.model));
    return Continue::yes;
  };
  const std::vector<EpochReport> reports = run.trainer.fit();
  std::size_t best = 0;
  for (std::size_t i = 1; i < reports.size(); ++i) {
    if (reports[i].validation->total.correct > reports[best].validation->total.correct) best = i;
    EXPECT_EQ(reports[i].best, best == i);
  }
  ASSERT_LT(best, 5u) << "the test needs a best epoch before the last";
  EXPECT_TRUE(same_values(after_epoch[best], parameter_values(run.model)));
  EXPECT_FALSE(same_values(after_epoch.back(), parameter_values(run.model)));
  EXPECT_EQ(evaluate(run.model, validation, {}).total.correct, reports[best].validation->total.correct);
}

TEST(Trainer, NamesEpochAndBatchOfALossThatIsNoNumber) {
  Training run({.epochs = 5});
  int batches = 0;
  std::vector<Array> before;
  run.trainer.on_batch = [&](const TrainerState&, const Progress&) {
    if (++batches == 2 * 7 + 3) {
      // Not by training: a parameter becomes NaN, as a diverging run would make it.
      run.model.parameters()[0].mutable_value().data()[0] = std::nanf("");
      before = parameter_values(run.model);
    }
    return Continue::yes;
  };
  EXPECT_THAT([&] { run.trainer.fit(); },
              ThrowsMessage<LossNotFinite>(AllOf(HasSubstr("[train] loss is nan at epoch 3, batch 4 (counting from 1)"),
                                                 HasSubstr("lower lr"))));
  EXPECT_EQ(run.trainer.state().epoch, 2);
  EXPECT_EQ(run.trainer.state().batch, 3);
  EXPECT_TRUE(std::isnan(before[0].data()[0]));
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto now = run.model.parameters()[i].value().values();
    EXPECT_EQ(std::memcmp(now.data(), before[i].data(), now.size_bytes()), 0) << i;
  }
}

TEST(Trainer, GivesTheSameBytesOnOneThreadAndOnTwo) {
  const int threads = thread_count();
  std::vector<std::vector<Array>> results;
  // 1,024 × 300 × 20 multiply-adds and more: enough work to be split.
  const Dataset data = striped_dataset(4096, 3);
  for (const int count : {1, 2}) {
    set_thread_count(count);
    Rng rng(1);
    const auto model = parse_architecture("20-300-100-4", rng);
    const auto optimizer = make_optimizer("adam", model->parameters(), {});
    DataLoader loader(data, {.batch_size = 1024, .normalization = {}});
    Trainer(*model, *optimizer, loader, {.epochs = 3}, &data).fit();
    results.push_back(parameter_values(*model));
  }
  set_thread_count(threads);
  EXPECT_TRUE(same_values(results[0], results[1]));
}

TEST(Trainer, RefusesOptionsThatMakeNoSense) {
  EXPECT_THROW(Training({.epochs = -1}), Error);
  EXPECT_THROW(Training({.step = {.max_grad_norm = -1}}), Error);
  EXPECT_THROW(Training({.schedule = {.kind = "sawtooth"}}), Error);
  EXPECT_THROW(Training({.patience = -1}), Error);
  EXPECT_THAT([] { Training({.patience = 2}); }, ThrowsMessage<Error>(HasSubstr("patience needs validation data")));
  EXPECT_THAT([] { Training({.restore_best = true}); },
              ThrowsMessage<Error>(HasSubstr("restore_best needs validation")));
  Training run({.epochs = 0});
  EXPECT_TRUE(run.trainer.fit().empty());
}

TEST(Trainer, RefusesAStateThatIsNoPlaceOfTheRun) {
  Training run({.epochs = 2});
  EXPECT_THROW(run.trainer.set_state({.epoch = -1}), Error);
  EXPECT_THROW(run.trainer.set_state({.epoch = 0, .batch = 8}), Error);
  EXPECT_THROW(run.trainer.set_state({.base_lr = std::nanf("")}), Error);
  EXPECT_THROW(run.trainer.set_best_parameters({Array({1}, 0.0f)}), Error);
  EXPECT_NO_THROW(run.trainer.set_state({.epoch = 1, .batch = 7, .base_lr = 0.5f}));
  EXPECT_EQ(run.optimizer->lr(), 0.5f);
}

}  // namespace
}  // namespace tinytorch
