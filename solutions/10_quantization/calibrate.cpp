#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantized_linear.h"

void tinytorch::QuantizedLinear::calibrate(const Tensor& samples) {
  // BEGIN SOLUTION
  // STEP 1: samples are what this layer will be given: (batch, in_features), at least one row.
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
