#pragma once
#include "tinytorch/quant/flat.h"
#include "tinytorch/quant/pipeline.h"

/// What calibrate(model, …) is put together from.
namespace tinytorch {

/// Rows that go through the model at a time; the first of them are what the report measures with.
inline constexpr std::int64_t kCalibrationBatch = 256;

/// The model is in evaluation mode while one of these is alive; then the mode is what it was.
class Evaluating {
 public:
  explicit Evaluating(Sequential& model) : model_(model), was_(model.training()) { model_.set_training(false); }
  ~Evaluating() { model_.set_training(was_); }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  Sequential& model_;
  bool was_;
};

/// Shows x, which is about to enter the Linear `layer`, to the observer of that place (0 for the first Linear, 1 for
/// the second, …), and keeps the first of it for the report.
/// @throws Error naming the layer if x is of another width or not finite.
void observe_input(Calibration& calibration, std::size_t place, const FlatModule& layer, const Tensor& x);

/// After a batch: counts its samples, and keeps the first batch and its output for the report.
void count_batch(Calibration& calibration, const Tensor& batch, const Tensor& output);

}  // namespace tinytorch
