#include "tinytorch/kernels/qgemm/qgemm.h"

#include <algorithm>

#include "tinytorch/base/parallel.h"
#include "tinytorch/kernels/qgemm/blocks.h"
#include "tinytorch/kernels/qgemm/packing.h"
#include "tinytorch/kernels/qgemm/qgemm_generic.h"

namespace tinytorch::kernels {
namespace {

#if defined(__x86_64__)
template <int kStep>
PackedWeights pack(const std::int8_t* weights, std::int64_t n, std::int64_t k) {
  return pack_blocks(weights, n, k, kStep);
}

template <void (*kKernel)(const QgemmArgs&, const Blocks&, const QgemmBlock&)>
void run(const QgemmArgs& args, const QgemmBlock& block) {
  const PackedWeights& weights = *args.weights;
  kKernel(args, {weights.data.get(), weights.sums.data(), weights.k, weights.k_padded}, block);
}
#endif

constexpr QgemmKernel kTable[] = {
#if defined(__x86_64__)
    {Isa::amx, pack<64>, unpack_blocks, run<qgemm_amx>},
    {Isa::vnni, pack<4>, unpack_blocks, run<qgemm_vnni>},
    {Isa::avx512, pack<4>, unpack_blocks, run<qgemm_avx512>},
    {Isa::avx2, pack<4>, unpack_blocks, run<qgemm_avx2>},
#endif
    {Isa::generic, qgemm_pack_generic, qgemm_unpack_generic, qgemm_generic},
};

/// Of one thread, a little above what was measured: too much of it splits work that is not worth it.
double products_per_second(Isa isa) {
  switch (isa) {
    case Isa::generic:
      return 4e9;
    case Isa::avx2:
      return 6e10;
    case Isa::avx512:
      return 8e10;
    case Isa::vnni:
      return 3e11;
    case Isa::amx:
      return 2e12;
  }
  return 3e11;
}
constexpr double kWeightsPerSecond = 5e10;  // bytes that pass by one row of activations, from the second or third cache

constexpr std::int64_t kRows = 96, kColumns = 64;  // a thread's share is a multiple: whole blocks of every kernel

std::int64_t round_up(std::int64_t x, std::int64_t step) { return (x + step - 1) / step * step; }

}  // namespace

std::span<const QgemmKernel> qgemm_table() { return kTable; }

PackedWeights pack_weights(const std::int8_t* weights, std::int64_t n, std::int64_t k) {
  const QgemmKernel& kernel = choose(qgemm_table());
  PackedWeights packed = kernel.pack(weights, n, k);
  packed.isa = kernel.isa;
  return packed;
}

void unpack_weights(const PackedWeights& packed, std::int8_t* weights) {
  choose(qgemm_table(), packed.isa).unpack(packed, weights);
}

double qgemm_seconds(const PackedWeights& weights, std::int64_t m) {
  const double bytes = static_cast<double>(weights.n) * static_cast<double>(weights.k);
  return std::max(bytes * static_cast<double>(m) / products_per_second(weights.isa), bytes / kWeightsPerSecond);
}

void qgemm(const QgemmArgs& args) {
  const std::int64_t m = args.m, n = args.weights->n;
  const QgemmKernel& kernel = choose(qgemm_table(), args.weights->isa);
  const double share = kSecondsOfAThread / qgemm_seconds(*args.weights, m);  // of the whole, that is worth a thread
  if (share > 0.5 || thread_count() == 1) return kernel.run(args, {0, m, 0, n});

  // Split the longer side of the result: what the parts share, and each must read whole, is then the smaller operand.
  if (m >= n) {
    parallel_for(m, round_up(static_cast<std::int64_t>(share * static_cast<double>(m)) + 1, kRows),
                 [&](std::int64_t i0, std::int64_t i1) {
                   kernel.run(args, {i0, i1, 0, n});
                 });
  } else {
    parallel_for(n, round_up(static_cast<std::int64_t>(share * static_cast<double>(n)) + 1, kColumns),
                 [&](std::int64_t j0, std::int64_t j1) {
                   kernel.run(args, {0, m, j0, j1});
                 });
  }
}

}  // namespace tinytorch::kernels
