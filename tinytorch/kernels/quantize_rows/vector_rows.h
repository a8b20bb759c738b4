#pragma once
#include <cstring>

#include "tinytorch/kernels/quantize_rows/quantize_rows.h"

/// Quantizing rows with any vector unit: an Engine says how wide a vector is and how each operation is written.
/// Everything is in anonymous namespaces: each instruction set compiles its own.
namespace tinytorch::kernels {
namespace {

/// The lowest and highest value of a row, 0 always among them, as bit patterns. Read as integers, floats of one sign
/// order as their magnitudes do, so two integer maxima give both, and show NaN and Inf as well: they lie beyond every
/// number.
struct RangeBits {
  std::uint32_t low = 0x80000000U;  ///< of the most negative value, or -0; the largest when unsigned
  std::int32_t high = 0;            ///< of the most positive value, or +0; the largest when signed

  bool finite() const { return low < 0xff800000U && high < 0x7f800000; }
};

inline float as_float(const void* bits) {
  float x;
  std::memcpy(&x, bits, sizeof x);
  return x;
}

/// Calls body(vector, position) for a whole row; the last vector may be filled up with zeros.
template <class Engine, class Body>
inline void each_vector(const float* x, std::int64_t k, const Body& body) {
  std::int64_t p = 0;
  for (; p + Engine::kLanes <= k; p += Engine::kLanes) body(Engine::load(x + p), p);
  if (p < k) body(Engine::load_some(x + p, k - p), p);
}

template <class Engine>
RangeBits range_of(const float* x, std::int64_t k) noexcept {
  auto low = Engine::set(static_cast<std::int32_t>(0x80000000U)), high = Engine::set(0);
  each_vector<Engine>(x, k, [&](auto vector, std::int64_t) {
    low = Engine::max_unsigned(low, Engine::bits(vector));
    high = Engine::max_signed(high, Engine::bits(vector));
  });
  RangeBits range;
  alignas(64) std::int32_t lanes[Engine::kLanes];
  Engine::store(lanes, low);
  for (std::int32_t lane : lanes) {
    if (static_cast<std::uint32_t>(lane) > range.low) range.low = static_cast<std::uint32_t>(lane);
  }
  Engine::store(lanes, high);
  for (std::int32_t lane : lanes) {
    if (lane > range.high) range.high = lane;
  }
  return range;
}

/// Mostly answered by the first few values.
inline bool is_constant(const float* x, std::int64_t k) {
  for (std::int64_t p = 1; p < k; ++p) {
    if (x[p] != x[0]) return false;
  }
  return true;
}

/// What one row had that the caller may want to know.
struct RowReport {
  std::int64_t clipped = 0;
  bool finite = true;
};

/// For values of which some have to be clamped, or are no numbers.
template <class Engine, bool kCount, bool kFinite>
RowReport quantize_clamped(const float* x, std::int64_t k, float inverse_scale, std::int32_t zero,
                           std::uint8_t* codes) noexcept {
  const auto inverse = Engine::set(inverse_scale);
  const auto low = Engine::set(static_cast<float>(1 - zero)), high = Engine::set(static_cast<float>(255 - zero));
  const auto zeros = Engine::set(zero - 1);
  auto clipped = Engine::set(0), largest = Engine::set(0);
  each_vector<Engine>(x, k, [&](auto vector, std::int64_t p) {
    auto steps = Engine::multiply(vector, inverse);
    if constexpr (kCount) steps = Engine::round(steps);
    if constexpr (kFinite) largest = Engine::max_signed(largest, Engine::magnitude_bits(vector));
    const auto inside = Engine::min(Engine::max(steps, low), high);
    if constexpr (kCount) clipped = Engine::count_if_unequal(clipped, inside, steps);
    Engine::store_codes(codes + p, Engine::add(Engine::to_int(inside), zeros), k - p);
  });
  RowReport report;
  alignas(64) std::int32_t lanes[Engine::kLanes];
  if constexpr (kCount) {
    Engine::store(lanes, clipped);
    for (std::int32_t lane : lanes) report.clipped += lane;
  }
  if constexpr (kFinite) {
    Engine::store(lanes, largest);
    for (std::int32_t lane : lanes) report.finite = report.finite && lane < 0x7f800000;
  }
  return report;
}

/// Mostly every value has a code, and nothing needs to be clamped or counted: then a comparison for four vectors says
/// so, since what is too large for an integer, Inf and NaN become the lowest one.
template <class Engine, bool kCount, bool kFinite>
RowReport quantize_row(const float* x, std::int64_t k, float scale, std::int32_t zero, std::uint8_t* codes) noexcept {
  constexpr std::int64_t kFour = 4 * Engine::kLanes;
  const float inverse_scale = 1 / scale;
  const auto inverse = Engine::set(inverse_scale);
  const auto zeros = Engine::set(zero - 1);
  const auto code = [&](auto vector) { return Engine::add(Engine::to_int(Engine::multiply(vector, inverse)), zeros); };
  RowReport report;
  const auto clamp = [&](std::int64_t p, std::int64_t count) {
    const RowReport part = quantize_clamped<Engine, kCount, kFinite>(x + p, count, inverse_scale, zero, codes + p);
    report.clipped += part.clipped;
    report.finite = report.finite && part.finite;
  };

  std::int64_t p = 0;
  for (; p + kFour <= k; p += kFour) {
    const auto a = code(Engine::load(x + p)), b = code(Engine::load(x + p + Engine::kLanes));
    const auto c = code(Engine::load(x + p + 2 * Engine::kLanes)), d = code(Engine::load(x + p + 3 * Engine::kLanes));
    if (Engine::are_codes(Engine::max_unsigned(Engine::max_unsigned(a, b), Engine::max_unsigned(c, d)))) {
      Engine::store_codes(codes + p, a, b, c, d);
    } else {
      clamp(p, kFour);
    }
  }
  each_vector<Engine>(x + p, k - p, [&](auto vector, std::int64_t at) {
    const auto last = code(vector);
    if (Engine::are_codes(last)) {
      Engine::store_codes(codes + p + at, last, k - p - at);
    } else {
      clamp(p + at, k - p - at < Engine::kLanes ? k - p - at : Engine::kLanes);
    }
  });
  return report;
}

template <class Engine>
void quantize_all_rows(const QuantizeRowsArgs& args) noexcept {
  RowReport total;
  for (std::int64_t i = 0; i < args.m; ++i) {
    const float* x = args.x + i * args.x_row;
    std::uint8_t* codes = args.codes + i * args.codes_row;
    std::int32_t zero = args.zero[0];
    if (args.dynamic) {
      const RangeBits range = range_of<Engine>(x, args.k);
      float low = as_float(&range.low), high = as_float(&range.high);
      if (!range.finite()) {
        total.finite = false;
        args.scale[i] = 1;
        args.zero[i] = 128;
        std::memset(codes, 128, static_cast<std::size_t>(args.codes_row));
        continue;
      }
      if (is_constant(x, args.k)) low = high = x[0];
      activation_qparams(low, high, &args.scale[i], &args.zero[i]);
      zero = args.zero[i];
      quantize_row<Engine, false, false>(x, args.k, args.scale[i], zero, codes);
    } else {
      const auto quantize = args.clipped != nullptr  ? quantize_row<Engine, true, true>
                            : args.finite != nullptr ? quantize_row<Engine, false, true>
                                                     : quantize_row<Engine, false, false>;
      const RowReport report = quantize(x, args.k, args.scale[0], zero, codes);
      total.clipped += report.clipped;
      total.finite = total.finite && report.finite;
    }
    std::memset(codes + args.k, zero, static_cast<std::size_t>(args.codes_row - args.k));
  }
  if (args.clipped != nullptr) *args.clipped += total.clipped;
  if (args.finite != nullptr) *args.finite = total.finite;
}

}  // namespace
}  // namespace tinytorch::kernels
