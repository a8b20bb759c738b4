#include "tinytorch/kernels/qgemm/qgemm_generic.h"

#include <algorithm>

#include "tinytorch/kernels/qgemm/packing.h"

namespace tinytorch::kernels {
namespace {

/// One row of sums, zero point taken out, to what args ask for.
void write_row(const QgemmArgs& args, std::int64_t i, std::int64_t j, std::int64_t n, const std::int32_t* sums) {
  const std::int64_t at = i * args.c_row + j;
  switch (args.output) {
    case QgemmOutput::sums:
      std::copy_n(sums, n, static_cast<std::int32_t*>(args.c) + at);
      break;
    case QgemmOutput::reals: {
      const float a_scale = args.a_scale[args.a_zero_per_row ? i : 0];
      float* c = static_cast<float*>(args.c) + at;
      for (std::int64_t x = 0; x < n; ++x) {
        c[x] = static_cast<float>(sums[x]) * (a_scale * args.w_scale[j + x]);
        if (args.bias != nullptr) c[x] += args.bias[j + x];
        if (args.relu) c[x] = c[x] < 0 ? 0 : c[x];
      }
      break;
    }
    case QgemmOutput::codes:
      fused_relu(n, sums, args.offset != nullptr ? args.offset + j : nullptr, args.multiplier + j, args.zero_point,
                 args.lowest == args.zero_point, static_cast<std::uint8_t*>(args.c) + at);
      break;
  }
}

}  // namespace

PackedWeights qgemm_pack_generic(const std::int8_t* weights, std::int64_t n, std::int64_t k) {
  PackedWeights packed;
  packed.n = packed.n_padded = n;
  packed.k = packed.k_padded = k;
  packed.size = static_cast<std::size_t>(n * k);
  packed.data = allocate_weights(packed.size);
  std::copy_n(weights, n * k, packed.data.get());
  packed.sums = sum_rows(weights, n, k);
  return packed;
}

void qgemm_unpack_generic(const PackedWeights& packed, std::int8_t* weights) {
  std::copy_n(packed.data.get(), packed.n * packed.k, weights);
}

void qgemm_generic(const QgemmArgs& args, const QgemmBlock& block) {
  const std::int64_t k = args.weights->k, n = block.j1 - block.j0;
  std::vector<std::int8_t> a(static_cast<std::size_t>(k));
  std::vector<std::int32_t> sums(static_cast<std::size_t>(n));
  for (std::int64_t i = block.i0; i < block.i1; ++i) {
    for (std::int64_t p = 0; p < k; ++p) {
      a[static_cast<std::size_t>(p)] = static_cast<std::int8_t>(args.a[i * args.a_row + p] - 128);
    }
    int8_gemm(1, n, k, a.data(), args.a_zero[args.a_zero_per_row ? i : 0] - 128,
              args.weights->data.get() + block.j0 * k, sums.data());
    write_row(args, i, block.j0, n, sums.data());
  }
}

}  // namespace tinytorch::kernels
