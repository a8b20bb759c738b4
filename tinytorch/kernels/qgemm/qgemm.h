#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

/// The longest sum of products that int32 always holds: 66,311 × 255 × 127 < 2^31.
inline constexpr std::int64_t kMostTerms = 66311;

/// int8 weights (N, K), each in [-127, 127], in the order in which one kernel reads them. Made once, when weights are
/// fixed; it is the only copy that a quantized layer keeps.
struct PackedWeights {
  std::int64_t n = 0, k = 0;
  std::int64_t n_padded = 0, k_padded = 0;  ///< with the zeros that fill the kernel's blocks
  Isa isa = Isa::generic;                   ///< of the kernel that it was packed for
  std::size_t size = 0;                     ///< bytes, padding included
  std::shared_ptr<std::int8_t[]> data;      ///< aligned to 64 bytes
  std::vector<std::int32_t> sums;  ///< sum over k of w[n][k]: what a zero point of the activations is multiplied by
};

/// What an int32 sum becomes on its way out.
enum class QgemmOutput {
  sums,   ///< int32: acc
  reals,  ///< float32: float(acc) * (a_scale[i] * w_scale[j]) + bias[j], then max(·, 0) if asked
  codes,  ///< uint8: clamp(rne(float(acc + offset[j]) * multiplier[j]) + zero_point, lowest, 127) + 128
};

/// acc[i][j] = Σ_k (a[i][k] - a_zero[i]) · w[j][k], exact in int32, over M rows of activations.
/// Activations are unsigned codes, code + 128: in [1, 255] when quantized (codes [-127, 127]), in [0, 255] when they
/// are pixels. Rounding is to even, and each line above is computed in just that order in float32, nothing fused: so
/// every instruction set gives the same bits.
struct QgemmArgs {
  std::int64_t m = 0;
  const std::uint8_t* a = nullptr;
  std::int64_t a_row = 0;                ///< bytes from one row to the next, ≥ K
  const std::int32_t* a_zero = nullptr;  ///< zero point + 128
  bool a_zero_per_row = false;           ///< M of them, or one for all
  const PackedWeights* weights = nullptr;

  QgemmOutput output = QgemmOutput::sums;
  void* c = nullptr;       ///< int32, float or uint8; rows do not overlap a
  std::int64_t c_row = 0;  ///< elements from one row to the next, ≥ N

  const float* a_scale = nullptr;  ///< reals: M of them if a_zero_per_row, else one
  const float* w_scale = nullptr;  ///< reals: N
  const float* bias = nullptr;     ///< reals: N, or null
  bool relu = false;               ///< reals

  const std::int32_t* offset = nullptr;  ///< codes: N, the bias in units of the sums, or null
  const float* multiplier = nullptr;     ///< codes: N
  std::int32_t zero_point = 0;           ///< codes: of the result
  std::int32_t lowest = -127;            ///< codes: zero_point where a ReLU is fused, else -127; nothing between
};

/// The outputs that one call of a kernel computes: rows [i0, i1), columns [j0, j1). j0 is a multiple of 16.
struct QgemmBlock {
  std::int64_t i0, i1, j0, j1;
};

/// One implementation: how it wants its weights, and the product.
struct QgemmKernel {
  Isa isa;
  PackedWeights (*pack)(const std::int8_t* weights, std::int64_t n, std::int64_t k);
  void (*unpack)(const PackedWeights& packed, std::int8_t* weights);  ///< (N, K) row-major, as given to pack
  void (*run)(const QgemmArgs& args, const QgemmBlock& block);        ///< in this thread
};

/// Best first, generic last.
std::span<const QgemmKernel> qgemm_table();

/// Packs for the best kernel that may run here. Preconditions: n, k ≥ 1, k ≤ kMostTerms, no weight is -128.
PackedWeights pack_weights(const std::int8_t* weights, std::int64_t n, std::int64_t k);
void unpack_weights(const PackedWeights& packed, std::int8_t* weights);

/// What one thread needs for m rows, roughly; and how much of that is worth waking another thread.
double qgemm_seconds(const PackedWeights& weights, std::int64_t m);
inline constexpr double kSecondsOfAThread = 10e-6;

/// Runs the kernel that the weights were packed for, on as many threads as the work is worth. Preconditions:
/// acc + offset[j] fits into int32; multiplier, scales and bias are finite.
void qgemm(const QgemmArgs& args);

/// The specification of the product: acc over plain matrices of signed codes, a (M, K) and weights (N, K), into (M, N).
/// Exercise: exercises/10_quantization/int8_gemm.cpp
void int8_gemm(std::int64_t m, std::int64_t n, std::int64_t k, const std::int8_t* a, std::int32_t a_zero_point,
               const std::int8_t* weights, std::int32_t* sums);

/// One sum to a code: clamp(rne(float(sum) * multiplier) + zero_point, lowest, 127).
/// Exercise: exercises/11_integer_inference/requantize.cpp
std::int8_t requantize(std::int32_t sum, float multiplier, std::int32_t zero_point, std::int32_t lowest);

/// N sums of one row, plus offset (or null), to unsigned codes, with the rectifier as a clamp at the zero point if
/// asked. Exercise: exercises/11_integer_inference/fused_relu.cpp
void fused_relu(std::int64_t n, const std::int32_t* sums, const std::int32_t* offset, const float* multiplier,
                std::int32_t zero_point, bool relu, std::uint8_t* codes);

}  // namespace tinytorch::kernels
