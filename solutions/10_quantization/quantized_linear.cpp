#include "tinytorch/quant/quantized_linear.h"

#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/quantize_rows/quantize_rows.h"
#include "tinytorch/quant/scratch.h"

tinytorch::QuantizedLinear::QuantizedLinear(const Linear& linear, const QuantConfig& config, bool relu)
    : config_(config), relu_(relu) {
  // BEGIN SOLUTION
  // STEP 1: the weight becomes codes and scales (quantize_weight); keep() packs them. The float weight is not stored.
  keep(quantize_weight(linear.weight().value(), config.per_channel));
  // STEP 2: the bias stays float32, a copy of its own, because the Linear may go on living; there may be none. A NaN or
  // Inf in it is an Error that names the bias (finite_range).
  if (linear.bias().defined()) {
    finite_range(linear.bias().value(), "[QuantizedLinear] bias");
    bias_ = linear.bias().value().clone();
  }
  // END SOLUTION
}

tinytorch::Tensor tinytorch::QuantizedLinear::forward(const Tensor& x) {
  // BEGIN SOLUTION
  // STEP 3: refuse another width (check_input); a weight-only layer has a way of its own (forward_in_floats).
  check_input(x.shape());
  if (config_.scheme == QuantScheme::weight_only) return forward_in_floats(x);
  const std::int64_t batch = x.dim(0), in = packed_.k, out = packed_.n, row = packed_.k_padded;
  Array y({batch, out});
  Scratch& scratch = thread_scratch();
  const std::int64_t block = rows_at_once(row, out * row);  // the codes of so many rows stay in the cache
  for (std::int64_t i = 0; i < batch; i += block) {
    const std::int64_t rows = std::min(block, batch - i);
    // STEP 4: rows as codes, packed_.k_padded bytes apart. Dynamic (no input_): quantize_rows measures each row and
    // writes its scale and zero point. Static: it reads the one scale and the one zero point that calibration fixed
    // (kernels count codes from 0: theirs is zero point + 128), and counts what it had to clip.
    const bool dynamic = !input_.has_value();
    float* scales = Scratch::room(scratch.scales, dynamic ? rows : 1);
    std::int32_t* zeros = Scratch::room(scratch.zeros, dynamic ? rows : 1);
    if (!dynamic) scales[0] = input_->scale, zeros[0] = input_->zero_point + 128;
    std::uint8_t* codes = Scratch::room(scratch.codes[0], rows * row);
    std::int64_t clipped = 0;
    bool finite = true;
    kernels::quantize_rows({.m = rows, .k = in, .x = x.value().data() + i * in, .x_row = in, .codes = codes,
                            .codes_row = row, .dynamic = dynamic, .scale = scales, .zero = zeros, .clipped = &clipped,
                            .finite = &finite});
    // STEP 5: a NaN or Inf has no code: finite_range says where the first one is, and throws. Otherwise count_inputs:
    // how many values came, how many were clipped.
    if (!finite) finite_range(x.value(), "[QuantizedLinear] x");
    count_inputs(rows * in, clipped);
    // STEP 6: int8 times int8, summed in int32. A sum counts steps of scale · weight scale: that makes it real again;
    // then the bias (null if there is none), and the ReLU if one is fused.
    kernels::QgemmArgs product{.m = rows, .a = codes, .a_row = row, .a_zero = zeros, .a_zero_per_row = dynamic,
                               .weights = &packed_, .output = kernels::QgemmOutput::reals, .c = y.data() + i * out,
                               .c_row = out, .a_scale = scales, .w_scale = scales_.data()};
    product.bias = bias_.defined() ? bias_.data() : nullptr;
    product.relu = relu_;
    kernels::qgemm(product);
  }
  return Tensor(y);
  // END SOLUTION
}
