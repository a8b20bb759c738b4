#include "tests/08_training/classifier.h"
#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

struct Case {
  std::int64_t features, classes, count;
  std::vector<std::int64_t> pixels, labels;
  Array weight;
  float mean, deviation;
};

Classifier oracle_of(const Case& c) {
  return {c.features,
          c.classes,
          {c.weight.values().begin(), c.weight.values().end()},
          std::vector<double>(static_cast<std::size_t>(c.classes))};
}

std::vector<double> logits_of(const Case& c, const Classifier& oracle, std::int64_t image) {
  std::vector<double> x;
  for (std::int64_t i = 0; i < c.features; ++i) {
    const auto pixel = static_cast<double>(c.pixels[static_cast<std::size_t>(image * c.features + i)]);
    x.push_back((pixel / 255 - c.mean) / c.deviation);
  }
  return oracle.logits(x.data());
}

Case draw(Rng& rng) {
  Case c{between(rng, 2, 12),     between(rng, 2, 7),     between(rng, 5, 60), {}, {}, {},
         rng.uniform(0.1f, 0.5f), rng.uniform(0.2f, 0.5f)};
  c.weight = uniform_array(rng, {c.classes, c.features}, -1, 1);
  const Classifier oracle = oracle_of(c);
  for (std::int64_t image = 0; image < c.count; ++image) {
    do {
      c.pixels.resize(static_cast<std::size_t>(image * c.features));
      for (std::int64_t i = 0; i < c.features; ++i) c.pixels.push_back(between(rng, 0, 255));
    } while (!Classifier::decided(logits_of(c, oracle, image)));
    c.labels.push_back(between(rng, 0, c.classes - 1));
  }
  return c;
}

Trial trial_of(const char* scenario, const Case& c, std::int64_t batch_size, std::int64_t fail_at = 0) {
  Trial trial(scenario);
  trial.give_integers("pixels", c.pixels, {c.count, c.features}).give_integers("labels", c.labels);
  trial.give("classes", c.classes).give("weight", c.weight).give("batch_size", batch_size);
  trial.give("mean", double{c.mean})
      .give("deviation", double{c.deviation})
      .give("fail_at", fail_at)
      .give("training", true);
  return trial;
}

void judge_case(Rng& rng, const char* scenario) {
  const Case c = draw(rng);
  const Classifier oracle = oracle_of(c);
  std::vector<std::int64_t> table(static_cast<std::size_t>(c.classes * c.classes));
  double loss_sum = 0;
  std::int64_t correct = 0;
  for (std::int64_t k = 0; k < c.count; ++k) {
    const std::vector<double> z = logits_of(c, oracle, k);
    const std::int64_t label = c.labels[static_cast<std::size_t>(k)], predicted = Classifier::largest(z);
    ++table[static_cast<std::size_t>(label * c.classes + predicted)];
    correct += label == predicted;
    loss_sum += Classifier::loss(z, label, 0);
  }
  Trial trial = trial_of(scenario, c, between(rng, 1, c.count + 3));
  trial.run();
  trial.expect_integer("images", c.count);
  trial.expect_integers("confusion", table, {c.classes, c.classes});
  trial.expect_integer("correct", correct);
  // Logits of up to 12 products below 5 in float, 60 · 2^-24 · 12 each at most.
  trial.expect_number("loss_sum", loss_sum, 4e-5 * static_cast<double>(c.count));
}

}  // namespace

TEST(Evaluate, AgreesWithTheOracleOnRandomData) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 4; ++i) judge_case(rng, "watched");
}

TEST(Evaluate, DropsNothingOut) {
  Rng rng = rng_of_this_test();
  for (int i = 0; i < 2; ++i) judge_case(rng, "behind_dropout");
}

TEST(Evaluate, RestoresTheModeWhenTheModelFails) {
  Rng rng = rng_of_this_test();
  const Case c = draw(rng);
  Trial trial = trial_of("watched", c, 1, between(rng, 1, 5));
  trial.run();
  trial.expect_text("failed", "[watched] fails as it was told");
  trial.expect(trial.integer("training_afterwards") == 1, "the model stays in evaluation mode after an exception");
  trial.expect(trial.integer("history_afterwards") == 1, "no history is recorded any more after an exception");
}

TEST(Evaluate, RefusesLogitsOfAnotherShape) {
  Rng rng = rng_of_this_test();
  for (const std::int64_t more : {-1, 1}) {
    Case c = draw(rng);
    c.weight = uniform_array(rng, {c.classes + more, c.features}, -1, 1);
    for (std::int64_t& label : c.labels) label = 0;
    trial_of("plain", c, c.count + 1)
        .run_and_expect_error({to_string(Shape{c.count, c.classes + more}), to_string(Shape{c.count, c.classes})});
  }
}
