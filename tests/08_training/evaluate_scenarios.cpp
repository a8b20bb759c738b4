#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/layers.h"
#include "tinytorch/nn/sequential.h"
#include "tinytorch/train/trainer.h"

using namespace tinytorch;

namespace {

/// A linear layer that notes how it is called, and fails at its call number "fail_at".
class Watched : public Module {
 public:
  Watched(const Array& weight, std::int64_t fail_at) : weight_(weight, true), fail_at_(fail_at) {}
  Tensor forward(const Tensor& x) override {
    ++calls;
    in_training = in_training || training();
    with_history = with_history || grad_enabled();
    failed = calls == fail_at_;
    if (failed) throw Error("[watched] fails as it was told");
    return Linear(weight_, Tensor()).forward(x);
  }
  std::string describe() const override { return "Watched()"; }
  std::int64_t calls = 0;
  bool in_training = false, with_history = false, failed = false;

 private:
  Tensor weight_;
  std::int64_t fail_at_;
};

/// Images 1 pixel high.
Dataset dataset_of(const course::Values& in) {
  const std::vector<std::int64_t> pixels = in.integers("pixels"), labels = in.integers("labels");
  return {"given",
          1,
          in.shape("pixels").at(1),
          in.integer("classes"),
          {pixels.begin(), pixels.end()},
          {labels.begin(), labels.end()}};
}

void run(const course::Values& in, course::Values& out, Module& model) {
  const Evaluation result = evaluate(
      model, dataset_of(in), {static_cast<float>(in.number("mean")), static_cast<float>(in.number("deviation"))},
      in.integer("batch_size"));
  std::vector<std::int64_t> table;
  std::int64_t columns = 0;
  for (const std::vector<std::int64_t>& row : result.confusion) {
    table.insert(table.end(), row.begin(), row.end());
    columns = std::ssize(row);
  }
  if (std::ssize(table) == std::ssize(result.confusion) * columns)
    out.set_integers("confusion", table, {std::ssize(result.confusion), columns});
  out.set("images", result.total.images).set("correct", result.total.correct).set("loss_sum", result.total.loss_sum);
}

}  // namespace

/// The layer, how it was called, and its mode before and afterwards. If it fails as it was told, that is put down.
TT_SCENARIO(watched) {
  Watched model(in.array("weight"), in.integer("fail_at"));
  model.set_training(in.flag("training"));
  try {
    run(in, out, model);
  } catch (const Error& error) {
    if (!model.failed) throw;
    out.set("failed", error.what());
  }
  out.set("called_in_training_mode", model.in_training).set("called_with_history", model.with_history);
  out.set("training_afterwards", model.training()).set("history_afterwards", grad_enabled());
}

/// The layer alone: an Error goes through.
TT_SCENARIO(plain) {
  Watched model(in.array("weight"), 0);
  run(in, out, model);
}

/// The layer behind a Dropout, inside a Sequential.
TT_SCENARIO(behind_dropout) {
  Rng rng(1);
  Sequential model(
      std::vector<ModulePtr>{std::make_shared<Dropout>(0.5f, rng), std::make_shared<Watched>(in.array("weight"), 0)});
  run(in, out, model);
  out.set("training_afterwards", model.training() && model.modules()[0]->training());
}
