#pragma once
#include <cstdint>
#include <span>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

/// Float32 rows to unsigned codes (code + 128, codes in [-127, 127]): clamp(rne(x * (1 / scale)) + zero_point) + 128.
/// Every instruction set gives the same bits.
struct QuantizeRowsArgs {
  std::int64_t m = 0, k = 0;
  const float* x = nullptr;
  std::int64_t x_row = 0;
  std::uint8_t* codes = nullptr;
  std::int64_t codes_row = 0;  ///< bytes from k to codes_row are set to the zero point, so that padding counts as 0.0

  bool dynamic = false;          ///< true: each row gets the scale and zero point of its own range, written to the two
                                 ///< arrays; false: one of each is read
  float* scale = nullptr;        ///< M if dynamic, else 1
  std::int32_t* zero = nullptr;  ///< zero point + 128; M if dynamic, else 1
  std::int64_t* clipped = nullptr;  ///< static: raised by the number of values whose code had to be clamped; or null
  bool* finite = nullptr;  ///< set to whether every value is finite, found in the same pass; or null. If not, the codes
                           ///< mean nothing (a dynamic row with such a value is all zero point), yet nothing breaks
};

using QuantizeRowsFunction = void (*)(const QuantizeRowsArgs&);

void quantize_rows_generic(const QuantizeRowsArgs& args);
void quantize_rows_avx2(const QuantizeRowsArgs& args) noexcept;
void quantize_rows_avx512(const QuantizeRowsArgs& args) noexcept;

std::span<const Row<QuantizeRowsFunction>> quantize_rows_table();

void quantize_rows(const QuantizeRowsArgs& args);

/// Scale and zero point (+ 128) of activations whose values lie in [low, high], as "Range" and "Degenerate" of the
/// project's semantics have it for codes [-127, 127]: zero is always inside; S = (high - low) / 254 in double, stored
/// as float; z = clamp(rne(-127 - low / S)); low = high = c ≠ 0 gives S = |c|, z = 0; too small a range gives S = 1, z
/// = 0.
void activation_qparams(float low, float high, float* scale, std::int32_t* zero);

}  // namespace tinytorch::kernels
