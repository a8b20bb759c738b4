#include "tinytorch/quant/quantized_linear.h"

#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/quantize_rows/quantize_rows.h"
#include "tinytorch/quant/scratch.h"

tinytorch::QuantizedLinear::QuantizedLinear(const Linear& linear, const QuantConfig& config, bool relu)
    : config_(config), relu_(relu) {
  // STEP 1: the weight becomes codes and scales (quantize_weight); keep() packs them. The float weight is not stored.
  // STEP 2: the bias stays float32, a copy of its own, because the Linear may go on living; there may be none. A NaN or
  // Inf in it is an Error that names the bias (finite_range).
  TT_TODO("10.5 quantized_linear");
}

tinytorch::Tensor tinytorch::QuantizedLinear::forward(const Tensor& x) {
  // STEP 3: refuse another width (check_input); a weight-only layer has a way of its own (forward_in_floats).
  // STEP 4: rows as codes, packed_.k_padded bytes apart. Dynamic (no input_): quantize_rows measures each row and
  // writes its scale and zero point. Static: it reads the one scale and the one zero point that calibration fixed
  // (kernels count codes from 0: theirs is zero point + 128), and counts what it had to clip.
  // STEP 5: a NaN or Inf has no code: finite_range says where the first one is, and throws. Otherwise count_inputs:
  // how many values came, how many were clipped.
  // STEP 6: int8 times int8, summed in int32. A sum counts steps of scale · weight scale: that makes it real again;
  // then the bias (null if there is none), and the ReLU if one is fused.
  TT_TODO("10.5 quantized_linear");
}
