#include "tinytorch/kernels/adam/adam.h"

#include "tinytorch/base/parallel.h"

namespace tinytorch::kernels {
namespace {

constexpr std::int64_t kGrain = 1 << 15;  // weights worth a thread: some 20 µs of memory traffic

}  // namespace

std::span<const Row<AdamFunction>> adam_table() {
  static constexpr Row<AdamFunction> kTable[] = {
#if defined(__x86_64__)
    {Isa::avx512, adam_step_avx512},
    {Isa::avx2, adam_step_avx2},
#endif
    {Isa::generic, adam_step_generic},
  };
  return kTable;
}

void adam_step(const AdamArgs& args) {
  const AdamFunction step = choose(adam_table()).function;
  parallel_for(args.count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    const FlushDenormals flush;  // a property of each thread
    AdamArgs part = args;
    part.count = end - begin;
    part.weight += begin;
    part.gradient += begin;
    part.m += begin;
    part.v += begin;
    step(part);
  });
}

}  // namespace tinytorch::kernels
