#include "tinytorch/kernels/qgemm/qgemm.h"

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

/// Products that take some 25 µs: starting a thread costs a good part of that.
double work_of_a_thread(Isa isa) {
  switch (isa) {
    case Isa::generic:
      return 1e5;
    case Isa::avx2:
      return 1.3e6;
    case Isa::avx512:
      return 2e6;
    case Isa::vnni:
      return 1e7;
    case Isa::amx:
      return 5e7;
  }
  return 1e7;
}

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

void qgemm(const QgemmArgs& args) {
  const std::int64_t m = args.m, n = args.weights->n;
  const QgemmKernel& kernel = choose(qgemm_table(), args.weights->isa);
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(args.weights->k);
  const double share = work_of_a_thread(kernel.isa) / work;  // of the whole, that is worth a thread
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
