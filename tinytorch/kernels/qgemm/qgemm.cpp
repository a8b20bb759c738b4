#include "tinytorch/kernels/qgemm/qgemm.h"

#include "tinytorch/base/parallel.h"
#include "tinytorch/kernels/qgemm/generic.h"

namespace tinytorch::kernels {
namespace {

constexpr QgemmKernel kTable[] = {
    {Isa::generic, qgemm_pack_generic, qgemm_unpack_generic, qgemm_generic},
};

/// The first that may run where isa is the best.
const QgemmKernel& best(Isa isa) {
  for (const QgemmKernel& kernel : kTable) {
    if (kernel.isa <= isa) return kernel;
  }
  return kTable[std::size(kTable) - 1];
}

constexpr double kWorkOfAThread =
    2e7;  // products: some 25 µs with 512-bit vectors; starting a thread costs a third of it
constexpr std::int64_t kRows = 96, kColumns = 64;  // a thread's share is a multiple: whole blocks of every kernel

std::int64_t round_up(std::int64_t x, std::int64_t step) { return (x + step - 1) / step * step; }

}  // namespace

std::span<const QgemmKernel> qgemm_table() { return kTable; }

PackedWeights pack_weights(const std::int8_t* weights, std::int64_t n, std::int64_t k) {
  const QgemmKernel& kernel = best(active_isa());
  PackedWeights packed = kernel.pack(weights, n, k);
  packed.isa = kernel.isa;
  return packed;
}

void unpack_weights(const PackedWeights& packed, std::int8_t* weights) { best(packed.isa).unpack(packed, weights); }

void qgemm(const QgemmArgs& args) {
  const std::int64_t m = args.m, n = args.weights->n;
  const auto run = best(args.weights->isa).run;
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(args.weights->k);
  if (work < 2 * kWorkOfAThread || thread_count() == 1) return run(args, {0, m, 0, n});

  // Split the longer side of the result: what the parts share, and each must read whole, is then the smaller operand.
  if (m >= n) {
    const double share = static_cast<double>(m) * kWorkOfAThread / work;
    parallel_for(m, round_up(static_cast<std::int64_t>(share) + 1, kRows), [&](std::int64_t i0, std::int64_t i1) {
      run(args, {i0, i1, 0, n});
    });
  } else {
    const double share = static_cast<double>(n) * kWorkOfAThread / work;
    parallel_for(n, round_up(static_cast<std::int64_t>(share) + 1, kColumns), [&](std::int64_t j0, std::int64_t j1) {
      run(args, {0, m, j0, j1});
    });
  }
}

}  // namespace tinytorch::kernels
