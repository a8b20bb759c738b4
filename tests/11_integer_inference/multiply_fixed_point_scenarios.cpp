#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/fixed_point.h"

using namespace tinytorch;

/// sums, mantissas and shifts, of equal length -> results.
TT_SCENARIO(multiply) {
  const std::vector<std::int64_t> sums = in.integers("sums"), mantissas = in.integers("mantissas"),
                                  shifts = in.integers("shifts");
  std::vector<std::int64_t> results;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    results.push_back(multiply_fixed_point(static_cast<std::int32_t>(sums[i]),
                                           {static_cast<std::int32_t>(mantissas[i]), static_cast<int>(shifts[i])}));
  }
  out.set_integers("results", results);
}
