#pragma once
#include <functional>
#include <string_view>

#include "tinytorch/quant/integer_network.h"

namespace tinytorch {

/// What "QuantizedLinear(784, 128, scheme=static, relu=true)" says.
struct QuantizedLinearSpec {
  std::int64_t in = 0, out = 0;
  QuantScheme scheme = QuantScheme::dynamic;
  bool relu = false, bias = true;
};

/// Builds the network that describe() of a quantized model tells of. Quantized layers come from `make`, which is given
/// the layer's path ("0.1"); others are built by parse_architecture.
/// @throws Error showing the piece of text that cannot be read, and if layers nest deeper than 64.
std::shared_ptr<Sequential> parse_quantized_architecture(
    std::string_view text,
    const std::function<std::shared_ptr<QuantizedLinear>(const std::string& path, const QuantizedLinearSpec&)>& make);

}  // namespace tinytorch
