#include "tinytorch/kernels/sgd/sgd.h"

#include "tinytorch/base/parallel.h"

namespace tinytorch::kernels {
namespace {

constexpr std::int64_t kGrain = 1 << 16;  // weights worth a thread: some 20 µs of memory traffic

}  // namespace

std::span<const Row<SgdFunction>> sgd_table() {
  static constexpr Row<SgdFunction> kTable[] = {
#if defined(__x86_64__)
    {Isa::avx512, sgd_step_avx512},
    {Isa::avx2, sgd_step_avx2},
#endif
    {Isa::generic, sgd_step_generic},
  };
  return kTable;
}

void sgd_step(const SgdArgs& args) {
  const SgdFunction step = choose(sgd_table()).function;
  parallel_for(args.count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    SgdArgs part = args;
    part.count = end - begin;
    part.weight += begin;
    part.gradient += begin;
    if (part.velocity != nullptr) part.velocity += begin;
    step(part);
  });
}

}  // namespace tinytorch::kernels
