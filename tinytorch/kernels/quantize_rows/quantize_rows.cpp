#include "tinytorch/kernels/quantize_rows/quantize_rows.h"

#include <atomic>

#include "tinytorch/base/parallel.h"

namespace tinytorch::kernels {
namespace {

constexpr std::int64_t kValuesOfAThread = 1 << 17;  // some 10 µs

}  // namespace

std::span<const Row<QuantizeRowsFunction>> quantize_rows_table() {
  static constexpr Row<QuantizeRowsFunction> kTable[] = {
#if defined(__x86_64__)
    {Isa::avx512, quantize_rows_avx512},
    {Isa::avx2, quantize_rows_avx2},
#endif
    {Isa::generic, quantize_rows_generic},
  };
  return kTable;
}

void quantize_rows(const QuantizeRowsArgs& args) {
  const QuantizeRowsFunction function = choose(quantize_rows_table()).function;
  if (args.m * args.k < 2 * kValuesOfAThread || thread_count() == 1) return function(args);

  std::atomic<std::int64_t> clipped = 0;
  std::atomic<bool> finite = true;
  parallel_for(args.m, kValuesOfAThread / args.k + 1, [&](std::int64_t begin, std::int64_t end) {
    std::int64_t part_clipped = 0;
    bool part_finite = true;
    QuantizeRowsArgs part = args;
    part.m = end - begin;
    part.x += begin * args.x_row;
    part.codes += begin * args.codes_row;
    if (args.dynamic) {
      part.scale += begin;
      part.zero += begin;
    }
    part.clipped = args.clipped != nullptr ? &part_clipped : nullptr;
    part.finite = args.finite != nullptr ? &part_finite : nullptr;
    function(part);
    clipped += part_clipped;
    if (!part_finite) finite = false;
  });
  if (args.clipped != nullptr) *args.clipped += clipped;
  if (args.finite != nullptr) *args.finite = finite;
}

}  // namespace tinytorch::kernels
