#pragma once
// One tile of C, held in registers while the summed index runs. Included like sgemm_panels.h.

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace tinytorch::kernels {
namespace {

/// What becomes of a sum: c = [c +] sum [+ bias], then max(·, 0).
struct Finish {
  bool add;
  const float* bias;  // of the first column, or null
  bool relu;
};

template <class Simd>
typename Simd::Batch finished(typename Simd::Batch sum, typename Simd::Batch old, typename Simd::Batch bias,
                              const Finish& finish) {
  using Batch = typename Simd::Batch;
  if (finish.add) sum += old;
  if (finish.bias != nullptr) sum += bias;
  const Batch zero(0.0F);
  return finish.relu ? xsimd::select(sum < zero, zero, sum) : sum;  // unlike max, keeps a NaN
}

/// One tile of C: k steps over kRows values of A and kVectors vectors of B.
struct Tile {
  const float* a;
  std::int64_t a_row, a_col;
  const float* b;
  std::int64_t b_row;
  std::int64_t k;
  float* c;
  std::int64_t c_row;
  int last;  // columns in the last vector
  Finish finish;
};

/// kFarB: B comes from the L2 cache, and is fetched eight steps ahead.
template <class Simd, int kRows, int kVectors, bool kFarB = false>
void compute_tile(const Tile& t) noexcept {
  using Batch = typename Simd::Batch;
  constexpr int kLanes = static_cast<int>(Batch::size);
  Batch sum[kRows][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      sum[i][v] = Batch(0.0F);
      if (t.k >= 64) __builtin_prefetch(t.c + i * t.c_row + v * kLanes, 1);  // wanted when the sums are done
    }
  }
  const float* a = t.a;
  const float* b = t.b;
  const std::int64_t a_row = t.a_row, a_col = t.a_col, b_row = t.b_row;
  for (std::int64_t p = t.k; p > 0; --p) {
    Batch row[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      row[v] = Batch::load_unaligned(b + v * kLanes);
      if (kFarB) __builtin_prefetch(b + v * kLanes + 8 * b_row);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const Batch value(a[i * a_row]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sum[i][v] = Simd::fma(value, row[v], sum[i][v]);
    }
    a += a_col;
    b += b_row;
  }
  const Finish finish = t.finish;
  if (t.last == kLanes && !finish.add && finish.bias == nullptr && !finish.relu) {
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sum[i][v].store_unaligned(t.c + i * t.c_row + v * kLanes);
    }
    return;
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
    float* c = t.c + i * t.c_row;
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v, c += kLanes) {
      const float* bias = finish.bias == nullptr ? nullptr : finish.bias + v * kLanes;
      if (v + 1 < kVectors || t.last == kLanes) {
        const Batch old = finish.add ? Batch::load_unaligned(c) : Batch(0.0F);
        const Batch add = bias != nullptr ? Batch::load_unaligned(bias) : Batch(0.0F);
        finished<Simd>(sum[i][v], old, add, finish).store_unaligned(c);
      } else {
        const Batch old = finish.add ? Simd::load_first(c, t.last) : Batch(0.0F);
        const Batch add = bias != nullptr ? Simd::load_first(bias, t.last) : Batch(0.0F);
        Simd::store_first(c, t.last, finished<Simd>(sum[i][v], old, add, finish));
      }
    }
  }
}

using TileFunction = void (*)(const Tile&) noexcept;

/// compute_tile for every number of rows and vectors that occurs.
template <class Simd>
TileFunction tile_function(int rows, int vectors);

/// The same for a packed panel of B: a long one outgrows the L1 cache.
template <class Simd>
TileFunction tile_function_of_panel(int rows, int vectors, std::int64_t k) {
  const bool far = k > 96 && rows == Simd::kRows && vectors == Simd::kVectors;
  return far ? compute_tile<Simd, Simd::kRows, Simd::kVectors, true> : tile_function<Simd>(rows, vectors);
}

}  // namespace
}  // namespace tinytorch::kernels
