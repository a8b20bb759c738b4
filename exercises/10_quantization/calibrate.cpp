#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/calibration.h"
#include "tinytorch/tensor/ops.h"

void tinytorch::QuantizedLinear::calibrate(const Tensor& samples) {
  // STEP 1: samples are what this layer will be given: (batch, in_features) (check_input), at least one row.
  // STEP 2: an observer of the configured kind looks at all of them and says which range is worth covering.
  // STEP 3: from now on the input has one scale and zero point: asymmetric, in the codes that kernels use.
  TT_TODO("10.6 calibrate");
}

void tinytorch::calibrate(Sequential& model, Calibration& calibration, const Tensor& samples,
                          const std::function<void(std::int64_t)>& progress) {
  // STEP 4: no samples (undefined, rank 0, or empty), or some that are not finite (finite_range): an Error.
  // STEP 5: the model must compute as at inference: evaluation mode (Evaluating) and no history (NoGrad).
  // STEP 6: all samples, kCalibrationBatch rows at a time (slice). A batch goes through the float layers one after the
  // other; what is about to enter a Linear (exactly<Linear>) is first shown to the observer of its place
  // (observe_input).
  // STEP 7: the report wants to know of each batch (count_batch), and the caller how many samples are done (progress,
  // which may be empty).
  TT_TODO("10.6 calibrate");
}
