#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

using namespace tinytorch;

/// sums, multipliers, zero_points and lowest codes, of equal length -> codes.
TT_SCENARIO(codes) {
  const std::vector<std::int64_t> sums = in.integers("sums"), zero_points = in.integers("zero_points"),
                                  lowest = in.integers("lowest");
  const Array multipliers = in.array("multipliers");
  std::vector<std::int64_t> codes;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    codes.push_back(kernels::requantize(static_cast<std::int32_t>(sums[i]), multipliers.values()[i],
                                        static_cast<std::int32_t>(zero_points[i]),
                                        static_cast<std::int32_t>(lowest[i])));
  }
  out.set_integers("codes", codes);
}
