#include "tinytorch/quant/quantize.h"

#include <cmath>
#include <limits>
#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch {

QuantizedWeight quantize_weight(const Array& weight, bool per_channel) {
  std::vector<QParams> channels = choose_qparams_per_channel(weight, kKernelCodes);
  if (!per_channel) {
    const Range range = finite_range(weight, "[quantize_weight] weight");
    const QParams all = choose_qparams(range.low, range.high, Symmetry::symmetric, kKernelCodes);
    channels.assign(channels.size(), all);
  }
  QuantizedWeight result{{weight.shape(), {}}, {}, per_channel};
  result.codes.values.resize(static_cast<std::size_t>(weight.size()));
  const std::int64_t columns = weight.dim(1);
  for (std::int64_t row = 0; row < weight.dim(0); ++row) {
    const float scale = channels[static_cast<std::size_t>(row)].scale, inverse = 1.0f / scale;
    for (std::int64_t i = row * columns; i < (row + 1) * columns; ++i) {
      const std::int32_t code = quantize_value(weight.data()[i], inverse, 0, kKernelCodes);
      result.codes.values[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(code);
    }
    result.scales.push_back(scale);
  }
  return result;
}

Array dequantize_weight(const QuantizedWeight& weight) {
  Array reals(weight.codes.shape);
  const std::int64_t columns = reals.dim(1);
  for (std::int64_t i = 0; i < reals.size(); ++i) {
    const float scale = weight.scales[static_cast<std::size_t>(i / columns)];
    reals.data()[i] = dequantize_value(weight.codes.values[static_cast<std::size_t>(i)], scale, 0);
  }
  return reals;
}

double sqnr_db(const Array& signal, const Array& approximation) {
  if (signal.shape() != approximation.shape()) {
    throw Error("[sqnr] shapes " + to_string(signal.shape()) + " and " + to_string(approximation.shape()) + " differ");
  }
  double power = 0, noise = 0;
  for (std::int64_t i = 0; i < signal.size(); ++i) {
    const double s = signal.data()[i], error = s - approximation.data()[i];
    power += s * s;
    noise += error * error;
  }
  return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(power / noise);
}

}  // namespace tinytorch
