#include "tinytorch/quant/config.h"

#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch {

std::string_view to_string(QuantScheme scheme) {
  switch (scheme) {
    case QuantScheme::weight_only:
      return "weight-only";
    case QuantScheme::dynamic:
      return "dynamic";
    case QuantScheme::static_:
      return "static";
  }
  return "unknown";
}

QuantScheme parse_quant_scheme(std::string_view name) {
  for (const QuantScheme scheme : {QuantScheme::weight_only, QuantScheme::dynamic, QuantScheme::static_}) {
    if (name == to_string(scheme)) return scheme;
  }
  throw Error("scheme \"" + std::string(name) + "\" is not known; there are weight-only, dynamic, static");
}

}  // namespace tinytorch
