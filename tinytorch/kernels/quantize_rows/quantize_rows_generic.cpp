#include <algorithm>
#include <cmath>

#include "tinytorch/kernels/quantize_rows/quantize_rows.h"

namespace tinytorch::kernels {
namespace {

bool all_finite(const float* x, std::int64_t k) {
  return std::all_of(x, x + k, [](float value) { return std::isfinite(value); });
}

/// x · (1 / scale), rounded to even, plus the zero point; counts what had to be clamped. NaN becomes the lowest code.
std::int64_t quantize_row(const float* x, std::int64_t k, float scale, std::int32_t zero, std::uint8_t* codes) {
  const float inverse = 1 / scale;
  const auto low = static_cast<float>(1 - zero), high = static_cast<float>(255 - zero);
  std::int64_t clipped = 0;
  for (std::int64_t p = 0; p < k; ++p) {
    const float steps = std::nearbyint(x[p] * inverse);
    clipped += steps < low || steps > high;
    float inside = steps > low ? steps : low;
    inside = inside < high ? inside : high;
    codes[p] = static_cast<std::uint8_t>(static_cast<std::int32_t>(inside) + zero);
  }
  return clipped;
}

}  // namespace

void quantize_rows_generic(const QuantizeRowsArgs& args) {
  std::int64_t clipped = 0;
  bool finite = true;
  for (std::int64_t i = 0; i < args.m; ++i) {
    const float* x = args.x + i * args.x_row;
    std::uint8_t* codes = args.codes + i * args.codes_row;
    float* scale = args.scale + (args.dynamic ? i : 0);
    std::int32_t* zero = args.zero + (args.dynamic ? i : 0);
    const bool row_finite = all_finite(x, args.k);
    finite = finite && row_finite;
    if (args.dynamic) {
      if (!row_finite) {
        *scale = 1;
        *zero = 128;
        std::fill_n(codes, args.codes_row, std::uint8_t{128});
        continue;
      }
      const auto [low, high] = std::minmax_element(x, x + args.k);
      activation_qparams(*low, *high, scale, zero);
    }
    clipped += quantize_row(x, args.k, *scale, *zero, codes);
    std::fill(codes + args.k, codes + args.codes_row, static_cast<std::uint8_t>(*zero));
  }
  if (args.clipped != nullptr && !args.dynamic) *args.clipped += clipped;
  if (args.finite != nullptr) *args.finite = finite;
}

}  // namespace tinytorch::kernels
