#include "tinytorch/kernels/sgemm/sgemm.h"

#include <algorithm>
#include <cassert>
#include <memory>

#include "tinytorch/base/aligned_memory.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/kernels/sgemm/scratch.h"

namespace tinytorch::kernels {
namespace {

constexpr double kWorthAThread =
    2e6;  // products and sums: some 20 µs; for less, waking a thread costs more than it does

/// What must hold, for asserts: sizes and steps not negative, rows of C apart.
[[maybe_unused]] bool valid(const SgemmArgs& args) {
  const bool sizes = args.m >= 0 && args.n >= 0 && args.k >= 0;
  return sizes && args.a_row >= 0 && args.a_col >= 0 && args.b_row >= 0 && args.b_col >= 0 &&
         (args.m <= 1 || args.c_row >= args.n);
}

/// Columns [begin, end) of the product, or rows if `rows`.
SgemmArgs part_of(const SgemmArgs& args, bool rows, std::int64_t begin, std::int64_t end) {
  SgemmArgs part = args;
  if (rows) {
    part.m = end - begin;
    part.a += begin * args.a_row;
    part.c += begin * args.c_row;
  } else {
    part.n = end - begin;
    part.b += begin * args.b_col;
    part.c += begin;
    if (part.bias != nullptr) part.bias += begin;
  }
  return part;
}

struct FreeAligned {
  std::size_t bytes;
  void operator()(float* p) const { free_aligned(p, bytes); }
};

}  // namespace

float* sgemm_scratch(std::int64_t count) noexcept {
  thread_local std::unique_ptr<float, FreeAligned> memory(nullptr, FreeAligned{0});
  const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(float);
  if (bytes > memory.get_deleter().bytes) {
    memory.reset();
    memory = {static_cast<float*>(allocate_aligned(bytes)), FreeAligned{bytes}};
  }
  return memory.get();
}

std::span<const Row<SgemmFunction>> sgemm_table() {
  static constexpr Row<SgemmFunction> kTable[] = {
#if defined(__x86_64__)
    {Isa::avx512, sgemm_avx512},
    {Isa::avx2, sgemm_avx2},
#endif
    {Isa::generic, sgemm_generic},
  };
  return kTable;
}

void sgemm(const SgemmArgs& args) {
  assert(valid(args));
  static const SgemmFunction multiply = choose(sgemm_table()).function;
  const double work = 2.0 * static_cast<double>(args.m) * static_cast<double>(args.n) * static_cast<double>(args.k);
  const bool rows = args.m > args.n && args.m >= 2 * kSgemmSplitRows;
  const std::int64_t size = rows ? args.m : args.n, unit = rows ? kSgemmSplitRows : kSgemmSplitColumns;
  const std::int64_t units = size / unit;
  const auto parts = static_cast<std::int64_t>(std::min(work / kWorthAThread, 1e6));
  if (parts < 2 || units < 2) return multiply(args);
  // The last unit has what is left over: less than a unit might be summed in another order.
  parallel_for(units, std::max<std::int64_t>(units / parts, 1), [&](std::int64_t begin, std::int64_t end) {
    multiply(part_of(args, rows, begin * unit, end == units ? size : end * unit));
  });
}

}  // namespace tinytorch::kernels
