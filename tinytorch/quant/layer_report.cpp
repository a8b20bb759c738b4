#include "tinytorch/quant/layer_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

/// What the kernel codes of these parameters reach.
Range covered(QParams q) {
  return {dequantize_value(kKernelCodes.lowest, q.scale, q.zero_point),
          dequantize_value(kKernelCodes.highest, q.scale, q.zero_point)};
}

/// Rounds what lies inside the range to its grid, and leaves the rest as it is.
void round_inside(std::span<float> values, QParams q) {
  const Range range = covered(q);
  const float inverse = 1.0f / q.scale;
  for (float& v : values) {
    if (v < range.low || v > range.high) continue;
    v = dequantize_value(quantize_value(v, inverse, q.zero_point, kKernelCodes), q.scale, q.zero_point);
  }
}

Array rounded(const Array& x, const QuantizedLinear& layer) {
  Array result = x.clone();
  const auto columns = static_cast<std::size_t>(x.dim(1));
  for (std::size_t i = 0; i < static_cast<std::size_t>(x.dim(0)); ++i) {
    const std::span<float> row = result.values().subspan(i * columns, columns);
    if (layer.input_qparams()) {
      round_inside(row, *layer.input_qparams());
    } else {
      const auto [low, high] = std::ranges::minmax(row);
      round_inside(row, choose_qparams(low, high, Symmetry::asymmetric, kKernelCodes));
    }
  }
  return result;
}

Array clamped(const Array& x, Range range) {
  Array result = x.clone();
  for (float& v : result.values()) v = std::clamp(v, range.low, range.high);
  return result;
}

std::string text(const char* format, auto... values) {
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, format, values...);
  return buffer;
}

/// Channels whose weights are all 0 now, and were not.
std::int64_t lost_channels(const Array& before, const Array& after) {
  std::int64_t lost = 0;
  const auto columns = static_cast<std::size_t>(before.dim(1));
  const auto is_zero = [](float v) { return v == 0; };
  for (std::size_t i = 0; i < before.values().size(); i += columns) {
    lost += std::ranges::all_of(after.values().subspan(i, columns), is_zero) &&
            !std::ranges::all_of(before.values().subspan(i, columns), is_zero);
  }
  return lost;
}

}  // namespace

LayerQuantReport report_layer(const Linear& linear, const QuantizedLinear& quantized, const Observer& observer,
                              const Array& inputs) {
  LayerQuantReport report;
  report.was = linear.describe() + (quantized.has_relu() ? " + ReLU()" : "");
  report.is = quantized.describe();
  report.macs = linear.in_features() * linear.out_features();
  report.bytes_before = 4 * (linear.weight().size() + (linear.bias().defined() ? linear.bias().size() : 0));
  report.bytes_after = quantized.memory_usage().total();
  const bool integers = quantized.scheme() != QuantScheme::weight_only;
  report.kernel = integers ? to_string(quantized.packed().isa) : "float32";

  const Array weight = dequantize_weight(quantized.weight());
  if (report.bytes_after > report.bytes_before) {
    report.remarks.push_back(
        text("grows: a %lld×%lld layer, from %lld to %lld bytes", static_cast<long long>(linear.in_features()),
             static_cast<long long>(linear.out_features()), static_cast<long long>(report.bytes_before),
             static_cast<long long>(report.bytes_after)));
  }
  if (const std::int64_t lost = lost_channels(linear.weight().value(), weight); lost > 0) {
    report.remarks.push_back(text("the weights of %lld of %lld channels are too small for int8 and became 0",
                                  static_cast<long long>(lost), static_cast<long long>(linear.out_features())));
  }
  if (observer.count() > 0) report.seen = observer.seen();
  if (quantized.input_qparams()) {
    report.calibrated = covered(*quantized.input_qparams());
    const float largest = std::max(-report.seen.low, report.seen.high);
    if (largest > 0 && largest < std::numeric_limits<float>::min() * 254) {
      report.remarks.push_back("its inputs are too small for a scale and count as 0");
    }
  }
  if (!inputs.defined()) {
    report.weight_sqnr = sqnr_db(linear.weight().value(), weight);
    report.rounding_sqnr = report.clipping_sqnr = report.output_sqnr = kNotMeasured;
    return report;
  }

  const NoGrad no_history;
  const bool relu = quantized.has_relu();
  const auto output = [&](const Array& x, const Array& w) {
    return tinytorch::linear(Tensor(x), Tensor(w), linear.bias(), relu).value();
  };
  const Array exact = output(inputs, linear.weight().value());
  report.weight_sqnr = sqnr_db(exact, output(inputs, weight));
  report.rounding_sqnr = report.clipping_sqnr = std::numeric_limits<double>::infinity();
  if (integers) report.rounding_sqnr = sqnr_db(exact, output(rounded(inputs, quantized), linear.weight().value()));
  if (quantized.input_qparams()) {
    report.clipping_sqnr = sqnr_db(exact, output(clamped(inputs, report.calibrated), linear.weight().value()));
  }
  QuantizedLinear probe = quantized;  // a copy, so that the layer's own counters stay at 0
  report.output_sqnr = sqnr_db(exact, probe.forward(Tensor(inputs)).value());
  if (probe.clipped() > 0) {
    report.clipped = static_cast<double>(probe.clipped()) / static_cast<double>(probe.inputs_seen());
    report.remarks.push_back(text("%.2g %% of its inputs clipped; calibrated %.3g to %.3g, seen %.3g to %.3g",
                                  100 * report.clipped, static_cast<double>(report.calibrated.low),
                                  static_cast<double>(report.calibrated.high), static_cast<double>(report.seen.low),
                                  static_cast<double>(report.seen.high)));
  }
  return report;
}

}  // namespace tinytorch
