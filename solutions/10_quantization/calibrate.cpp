#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/calibration.h"
#include "tinytorch/tensor/ops.h"

void tinytorch::QuantizedLinear::calibrate(const Tensor& samples) {
  // BEGIN SOLUTION
  // STEP 1: samples are what this layer will be given: (batch, in_features) (check_input), at least one row.
  check_input(samples.shape());
  if (samples.dim(0) == 0) throw Error("[calibrate] no samples: the input range cannot be known");
  // STEP 2: an observer of the configured kind looks at all of them and says which range is worth covering.
  const std::unique_ptr<Observer> observer = make_observer(config_.observer);
  observer->observe(samples.value());
  const Range range = observer->range();
  // STEP 3: from now on the input has one scale and zero point: asymmetric, in the codes that kernels use.
  set_input_qparams(choose_qparams(range.low, range.high, Symmetry::asymmetric, kKernelCodes));
  // END SOLUTION
}

void tinytorch::calibrate(Sequential& model, Calibration& calibration, const Tensor& samples,
                          const std::function<void(std::int64_t)>& progress) {
  // BEGIN SOLUTION
  // STEP 4: no samples (undefined, rank 0, or empty), or some that are not finite (finite_range): an Error.
  if (!samples.defined() || samples.rank() == 0 || samples.size() == 0) {
    throw Error("[calibrate] no samples: give some rows of training data");
  }
  finite_range(samples.value(), "[calibrate] samples");
  // STEP 5: the model must compute as at inference: evaluation mode (Evaluating) and no history (NoGrad).
  const std::vector<FlatModule> layers = flatten(model);
  const Evaluating evaluating(model);
  const NoGrad no_history;
  // STEP 6: all samples, kCalibrationBatch rows at a time (slice). A batch goes through the float layers one after the
  // other; what is about to enter a Linear (exactly<Linear>) is first shown to the observer of its place
  // (observe_input).
  for (std::int64_t begin = 0; begin < samples.dim(0); begin += kCalibrationBatch) {
    const Tensor batch = slice(samples, 0, begin, begin + kCalibrationBatch);
    Tensor x = batch;
    std::size_t place = 0;
    for (const FlatModule& layer : layers) {
      if (exactly<Linear>(layer.module)) observe_input(calibration, place++, layer, x);
      x = layer.module->forward(x);
    }
    // STEP 7: the report wants to know of each batch (count_batch), and the caller how many samples are done (progress,
    // which may be empty).
    count_batch(calibration, batch, x);
    if (progress) progress(std::min(begin + kCalibrationBatch, samples.dim(0)));
  }
  // END SOLUTION
}
