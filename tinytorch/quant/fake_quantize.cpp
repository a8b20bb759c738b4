#include <algorithm>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantize.h"

namespace tinytorch {

Array fake_quantize(const Array& values, int bits, Granularity granularity, std::int64_t group) {
  const CodeRange codes = symmetric_codes(bits);
  finite_range(values, "[fake_quantize] values");
  if (group < 1) throw Error("[fake_quantize] groups of " + std::to_string(group) + ": at least 1");

  // A channel is what lies behind one index of the first axis; groups are cut from the last axis.
  std::int64_t line = values.size(), piece = line;
  if (granularity == Granularity::channel && values.rank() > 0) line = piece = values.size() / values.dim(0);
  if (granularity == Granularity::group && values.rank() > 0) line = values.dim(-1), piece = std::min(group, line);

  Array result(values.shape());
  for (std::int64_t begin = 0; begin < values.size();) {
    const std::int64_t end = std::min(begin + piece, (begin / line + 1) * line);
    const auto [low, high] = std::minmax_element(values.data() + begin, values.data() + end);
    const QParams q = choose_qparams(*low, *high, Symmetry::symmetric, codes);
    const float inverse = 1.0f / q.scale;
    for (; begin < end; ++begin) {
      result.data()[begin] = dequantize_value(quantize_value(values.data()[begin], inverse, 0, codes), q.scale, 0);
    }
  }
  return result;
}

}  // namespace tinytorch
