#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantized_linear.h"

void tinytorch::QuantizedLinear::calibrate(const Tensor& samples) {
  // STEP 1: samples are what this layer will be given: (batch, in_features), at least one row.
  // STEP 2: an observer of the configured kind looks at all of them and says which range is worth covering.
  // STEP 3: from now on the input has one scale and zero point: asymmetric, in the codes that kernels use.
  TT_TODO("10.6 calibrate");
}
