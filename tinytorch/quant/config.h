#pragma once
#include <string_view>

#include "tinytorch/quant/observer.h"

namespace tinytorch {

enum class QuantScheme {
  weight_only,  ///< int8 weights, float32 activations: small on disk and in memory, float arithmetic
  dynamic,      ///< int8 × int8; the range of each row of activations is measured when it comes
  static_,      ///< int8 × int8; ranges are calibrated, and between layers all is integer
};
std::string_view to_string(QuantScheme scheme);         ///< "weight-only", "dynamic", "static"
QuantScheme parse_quant_scheme(std::string_view name);  ///< @throws Error listing the names

struct QuantConfig {
  QuantScheme scheme = QuantScheme::dynamic;
  bool per_channel = true;
  ObserverOptions observer = {};
  bool chain = true;  ///< static: neighbouring layers become one IntegerNetwork; false: each goes from float to float
};

}  // namespace tinytorch
