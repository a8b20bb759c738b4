#pragma once
#include <cmath>
#include <cstring>
#include <vector>

#include "tinytorch/base/rng.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

namespace tinytorch::kernels {

enum class Codes { random, pixels, extreme, saturating };

/// One product with its own memory. Activations end where their last row's last code does, so that reading on is an
/// error that a sanitizer sees; rows of the result have gaps, which must stay as they were.
struct QgemmCase {
  std::int64_t m, n, k;
  std::vector<std::int8_t> w;
  std::vector<std::uint8_t> a;
  std::vector<std::int32_t> zeros, offset;
  std::vector<float> a_scale, w_scale, bias, multiplier;
  QgemmArgs args;

  QgemmCase(std::int64_t rows, std::int64_t columns, std::int64_t terms, Codes codes, Rng& rng)
      : m(rows), n(columns), k(terms) {
    const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
    const auto draw = [&](int low, int high) {
      return low + static_cast<int>(rng.below(std::uint64_t(high - low + 1)));
    };
    args.m = m;
    args.a_row = k + draw(0, 3) * 7;
    a.resize(size((m - 1) * args.a_row + k));
    w.resize(size(n * k));
    for (std::uint8_t& x : a) x = static_cast<std::uint8_t>(draw(codes == Codes::pixels ? 0 : 1, 255));
    for (std::int8_t& x : w) x = static_cast<std::int8_t>(draw(-127, 127));
    if (codes == Codes::extreme) {
      std::fill(a.begin(), a.end(), std::uint8_t{255});
      std::fill(w.begin(), w.end(), std::int8_t(draw(0, 1) ? 127 : -127));
    } else if (codes == Codes::saturating) {  // pairs whose sum passes 16 bits, beside pairs that cancel
      for (std::size_t i = 0; i < a.size(); ++i) a[i] = draw(0, 3) ? 255 : 1;
      for (std::size_t i = 0; i < w.size(); ++i) w[i] = (i / 2) % 3 ? 127 : -127;
    }
    args.a_zero_per_row = draw(0, 1) == 1;
    for (std::int64_t i = 0; i < (args.a_zero_per_row ? m : 1); ++i) {
      zeros.push_back(codes == Codes::pixels ? 0 : codes == Codes::extreme ? 1 : draw(1, 255));
      a_scale.push_back(rng.uniform(1e-4F, 1));
    }
    for (std::int64_t j = 0; j < n; ++j) {
      w_scale.push_back(rng.uniform(1e-4F, 1));
      bias.push_back(rng.uniform(-100, 100));
      offset.push_back(draw(-20000, 20000));
      // Most results inside the codes for random products, some far outside.
      multiplier.push_back(draw(0, 9) == 0 ? 1e6F : rng.uniform(0, 0.01F) / std::sqrt(static_cast<float>(k)));
    }
    args.a = a.data();
    args.a_zero = zeros.data();
    args.a_scale = a_scale.data();
    args.w_scale = w_scale.data();
    args.bias = draw(0, 2) ? bias.data() : nullptr;
    args.relu = draw(0, 1) == 1;
    args.offset = draw(0, 2) ? offset.data() : nullptr;
    args.multiplier = multiplier.data();
    args.zero_point = draw(-127, 127);
    args.lowest = draw(0, 1) ? args.zero_point : -127;
    args.c_row = n + draw(0, 2) * 5;
  }
  QgemmCase(const QgemmCase&) = delete;

  std::size_t bytes_of_c(QgemmOutput output) const {
    return static_cast<std::size_t>(m * args.c_row) * (output == QgemmOutput::codes ? 1 : 4);
  }

  /// The result by the definition, in exact integers and one rounding at a time; what no element covers holds 0x5a.
  std::vector<std::uint8_t> expected(QgemmOutput output) const {
    std::vector<std::uint8_t> c(bytes_of_c(output), 0x5a);
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        std::int64_t sum = 0;
        const std::int64_t zero = zeros[static_cast<std::size_t>(args.a_zero_per_row ? i : 0)];
        for (std::int64_t p = 0; p < k; ++p) {
          sum += (args.a[i * args.a_row + p] - zero) * w[static_cast<std::size_t>(j * k + p)];
        }
        write(output, c.data(), i, j, sum);
      }
    }
    return c;
  }

  void write(QgemmOutput output, void* c, std::int64_t i, std::int64_t j, std::int64_t sum) const {
    const auto at = static_cast<std::size_t>(i * args.c_row + j);
    if (output == QgemmOutput::sums) {
      static_cast<std::int32_t*>(c)[at] = static_cast<std::int32_t>(sum);
    } else if (output == QgemmOutput::reals) {
      const float scale = args.a_scale[args.a_zero_per_row ? i : 0] * args.w_scale[j];
      float real = static_cast<float>(sum) * scale;
      if (args.bias != nullptr) real = real + args.bias[j];
      static_cast<float*>(c)[at] = args.relu && real < 0 ? 0 : real;
    } else {
      const auto total = static_cast<float>(sum + (args.offset != nullptr ? args.offset[j] : 0));
      const auto steps = static_cast<float>(static_cast<double>(total) * static_cast<double>(args.multiplier[j]));
      const double code = std::nearbyint(static_cast<double>(steps)) + args.zero_point;
      static_cast<std::uint8_t*>(c)[at] =
          static_cast<std::uint8_t>(std::fmin(std::fmax(code, args.lowest), 127.0) + 128);
    }
  }
};

}  // namespace tinytorch::kernels
