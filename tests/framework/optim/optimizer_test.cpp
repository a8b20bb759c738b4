#include "tinytorch/optim/optimizer.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr std::int64_t kSteps = 10;

/// Gradients that change from step to step and from weight to weight, so that every term of an update matters.
float gradient_at(std::int64_t step, std::size_t i) {
  return std::sin(static_cast<float>(step) * 0.7f + static_cast<float>(i) * 1.3f) * static_cast<float>(i + 1);
}

/// Ten steps on two parameters of 3 and 20 weights against a rule in double, weight by weight.
/// @param rule  (weight, gradient, index of a state of the weight's own, step from 1) -> new weight
struct Cell {
  double w, a = 0, b = 0;  // the weight and up to two running averages
};
template <class Rule>
void expect_follows(Optimizer& optimizer, std::vector<Tensor> parameters, Rule rule) {
  std::vector<std::vector<Cell>> cells;
  for (const Tensor& parameter : parameters) {
    cells.emplace_back();
    for (const float w : parameter.value().values()) cells.back().push_back({w});
  }
  for (std::int64_t step = 1; step <= kSteps; ++step) {
    optimizer.zero_grad();
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      Array gradient(parameters[k].shape());
      for (std::size_t i = 0; i < cells[k].size(); ++i) {
        gradient.data()[i] = gradient_at(step, i + 10 * k);
        rule(cells[k][i], static_cast<double>(gradient.data()[i]), step);
      }
      parameters[k].add_grad(gradient);
    }
    optimizer.step();
  }
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    for (std::size_t i = 0; i < cells[k].size(); ++i) {
      // Ten updates of a few float roundings each, relative to the weight or to the steps it made.
      EXPECT_NEAR(parameters[k].value().data()[i], cells[k][i].w, 1e-5 * std::max(1.0, std::abs(cells[k][i].w)))
          << "parameter " << k << " weight " << i;
    }
  }
}

std::vector<Tensor> two_parameters() {
  std::vector<Tensor> parameters{Tensor(Array({3}), true), Tensor(Array({4, 5}), true)};
  for (Tensor& p : parameters) {
    float value = -1;
    for (float& w : p.mutable_value().values()) w = value += 0.25f;
  }
  return parameters;
}

TEST(Sgd, FollowsItsFormulaForTenSteps) {
  for (const SGDOptions& o : {SGDOptions{.lr = 0.01f}, SGDOptions{.lr = 0.01f, .weight_decay = 0.1f},
                              SGDOptions{.lr = 0.01f, .momentum = 0.9f},
                              SGDOptions{.lr = 0.01f, .momentum = 0.9f, .weight_decay = 0.1f, .nesterov = true}}) {
    const std::vector<Tensor> parameters = two_parameters();
    SGD sgd(parameters, o);
    expect_follows(sgd, parameters, [&](Cell& c, double g, std::int64_t) {
      g += static_cast<double>(o.weight_decay) * c.w;
      c.a = static_cast<double>(o.momentum) * c.a + g;
      c.w -= static_cast<double>(o.lr) * (o.nesterov ? g + static_cast<double>(o.momentum) * c.a : c.a);
    });
  }
}

struct AdamRule {
  AdamOptions o;
  bool decoupled;
  void operator()(Cell& c, double g, std::int64_t step) const {
    const double lr = o.lr, beta1 = o.beta1, beta2 = o.beta2, decay = o.weight_decay;
    if (decoupled)
      c.w -= lr * decay * c.w;
    else
      g += decay * c.w;
    c.a = beta1 * c.a + (1 - beta1) * g;
    c.b = beta2 * c.b + (1 - beta2) * g * g;
    const double m = c.a / (1 - std::pow(beta1, step)), v = c.b / (1 - std::pow(beta2, step));
    c.w -= lr * m / (std::sqrt(v) + static_cast<double>(o.epsilon));
  }
};

TEST(Adam, FollowsItsFormulaForTenSteps) {
  for (const AdamOptions& o :
       {AdamOptions{.lr = 0.01f}, AdamOptions{.lr = 0.1f, .beta1 = 0.5f, .beta2 = 0.9f, .epsilon = 0.1f},
        AdamOptions{.lr = 0.01f, .weight_decay = 0.1f}}) {
    const std::vector<Tensor> parameters = two_parameters();
    Adam adam(parameters, o);
    expect_follows(adam, parameters, AdamRule{o, false});
  }
}

TEST(AdamW, FollowsItsFormulaForTenSteps) {
  const AdamOptions o{.lr = 0.01f, .weight_decay = 0.5f};
  const std::vector<Tensor> parameters = two_parameters();
  AdamW adam(parameters, o);
  expect_follows(adam, parameters, AdamRule{o, true});
}

TEST(Adam, MovesByTheLearningRateAtTheFirstStep) {
  const Tensor p(Array({2}, {1, 1}), true);
  Adam adam({p}, {.lr = 0.125f, .epsilon = 0});
  p.add_grad(Array({2}, {1000, -0.001f}));
  adam.step();
  EXPECT_FLOAT_EQ(p.at({0}), 0.875f);  // m and v are corrected to g and g^2: a step of lr whatever the gradient
  EXPECT_FLOAT_EQ(p.at({1}), 1.125f);
}

TEST(Optimizer, LeavesParametersWithoutAGradientAsTheyAre) {
  for (const char* name : {"sgd", "adam", "adamw"}) {
    const Tensor with(Array({2}, 1.0f), true), without(Array({2}, 1.0f), true);
    const auto optimizer = make_optimizer(name, {with, without}, {.weight_decay = 0.5f});
    with.add_grad(Array({2}, 1.0f));
    optimizer->step();
    EXPECT_NE(with.at({0}), 1) << name;
    EXPECT_EQ(without.at({0}), 1) << name;
  }
}

TEST(Optimizer, ForgetsGradientsOnRequest) {
  const Tensor p(Array({2}, 1.0f), true);
  SGD sgd({p});
  p.add_grad(Array({2}, 1.0f));
  sgd.zero_grad();
  EXPECT_FALSE(p.grad().defined());
}

TEST(Optimizer, ContinuesBitForBitFromASavedState) {
  for (const char* name : {"sgd", "adam", "adamw"}) {
    const OptimizerOptions options{.lr = 0.01f, .momentum = 0.9f, .weight_decay = 0.1f, .nesterov = true};
    const auto run = [&](std::int64_t from, std::int64_t to, Optimizer& optimizer, const Tensor& p) {
      for (std::int64_t step = from; step <= to; ++step) {
        optimizer.zero_grad();
        Array gradient(p.shape());
        for (std::size_t i = 0; i < 20; ++i) gradient.data()[i] = gradient_at(step, i);
        p.add_grad(gradient);
        optimizer.step();
      }
    };
    const Tensor whole = two_parameters()[1];
    const auto uninterrupted = make_optimizer(name, {whole}, options);
    run(1, 6, *uninterrupted, whole);

    const Tensor half = two_parameters()[1];
    const auto before = make_optimizer(name, {half}, options);
    run(1, 3, *before, half);
    const Optimizer::State saved = before->state();

    const Tensor rest(half.value().clone(), true);
    const auto after = make_optimizer(name, {rest}, options);
    Optimizer::State restored = after->state();
    ASSERT_EQ(saved.arrays.size(), restored.arrays.size());
    for (std::size_t i = 0; i < saved.arrays.size(); ++i) {
      EXPECT_EQ(saved.arrays[i].first, restored.arrays[i].first);
      std::ranges::copy(saved.arrays[i].second.values(), restored.arrays[i].second.data());
    }
    after->set_steps(saved.steps);
    run(4, 6, *after, rest);
    EXPECT_TRUE(std::ranges::equal(whole.value().values(), rest.value().values())) << name;
    EXPECT_EQ(after->state().steps, 6);
  }
}

TEST(Optimizer, NamesItsState) {
  const Tensor p(Array({2}, 1.0f), true), q(Array({3}, 1.0f), true);
  const auto names = [](Optimizer& optimizer) {
    std::vector<std::string> result;
    for (const auto& [name, array] : optimizer.state().arrays) result.push_back(name);
    return result;
  };
  SGD plain({p, q}), momentum({p, q}, {.momentum = 0.9f});
  Adam adam({p, q});
  EXPECT_THAT(names(plain), ::testing::IsEmpty());
  EXPECT_THAT(names(momentum), ::testing::ElementsAre("velocity.0", "velocity.1"));
  EXPECT_THAT(names(adam), ::testing::ElementsAre("m.0", "m.1", "v.0", "v.1"));
}

TEST(MakeOptimizer, KnowsThreeAndTheirDefaults) {
  const Tensor p(Array({2}, 1.0f), true);
  EXPECT_EQ(make_optimizer("sgd", {p}, {})->lr(), SGDOptions().lr);
  EXPECT_EQ(make_optimizer("adam", {p}, {})->lr(), AdamOptions().lr);
  EXPECT_EQ(make_optimizer("adamw", {p}, {.lr = 0.5f})->lr(), 0.5f);
  for (const char* name : {"sgd", "adam", "adamw"}) EXPECT_EQ(make_optimizer(name, {p}, {})->name(), name);
  EXPECT_THAT([&] { make_optimizer("rmsprop", {p}, {}); },
              ThrowsMessage<Error>(HasSubstr("\"rmsprop\" is unknown; known are sgd, adam, adamw")));
}

TEST(MakeOptimizer, GivesAdamWItsDecayUnlessAnotherIsAsked) {
  for (const auto& [asked, expected] : {std::pair{0.0f, 0.01f}, {0.5f, 0.5f}}) {
    const Tensor p(Array({1}, 1.0f), true);
    const auto optimizer = make_optimizer("adamw", {p}, {.lr = 0.5f, .weight_decay = asked});
    p.add_grad(Array({1}, 0.0f));
    optimizer->step();
    EXPECT_FLOAT_EQ(p.item(), 1 - 0.5f * expected);  // a gradient of 0 leaves the decay alone
  }
}

TEST(Optimizer, RefusesWhatItCannotTrain) {
  const Tensor frozen(Array({2}, 1.0f)), p(Array({2}, 1.0f), true);
  EXPECT_THROW(SGD({}), Error);
  EXPECT_THAT(
      [&] {
        Adam({p, frozen});
      },
      ThrowsMessage<Error>(HasSubstr("parameter 1 of shape (2,) requires no gradient")));
}

TEST(Optimizer, RefusesOptionsOutOfRange) {
  const Tensor p(Array({2}, 1.0f), true);
  const float nan = std::nanf("");
  for (const float bad : {-1.0f, nan, INFINITY}) {
    EXPECT_THROW(SGD({p}, {.lr = bad}), Error) << bad;
    EXPECT_THROW(SGD({p}, {.weight_decay = bad}), Error) << bad;
    EXPECT_THROW(Adam({p}, {.lr = bad}), Error) << bad;
    EXPECT_THROW(Adam({p}, {.epsilon = bad}), Error) << bad;
  }
  for (const float bad : {-0.1f, 1.0f, nan}) {
    EXPECT_THROW(SGD({p}, {.momentum = bad}), Error) << bad;
    EXPECT_THROW(Adam({p}, {.beta1 = bad}), Error) << bad;
    EXPECT_THROW(Adam({p}, {.beta2 = bad}), Error) << bad;
  }
  EXPECT_THROW(SGD({p}, {.nesterov = true}), Error);
  SGD sgd({p});
  EXPECT_THROW(sgd.set_lr(nan), Error);
}

}  // namespace
}  // namespace tinytorch
