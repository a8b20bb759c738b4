#pragma once
#include "tinytorch/quant/pipeline.h"

namespace tinytorch {

/// Measures a quantized layer against the Linear that it was made from.
/// @param inputs  what entered the Linear, (rows, in_features), or undefined
LayerQuantReport report_layer(const Linear& linear, const QuantizedLinear& quantized, const Observer& observer,
                              const Array& inputs);

}  // namespace tinytorch
