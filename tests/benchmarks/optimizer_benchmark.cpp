// One step of each optimizer over the weights of 784-128-10, per row of its table, on one thread.
//
//   cmake --preset bench && cmake --build build/bench --target optimizer_benchmark
//   taskset -c 1 build/bench/tests/benchmarks/optimizer_benchmark

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "tinytorch/base/rng.h"
#include "tinytorch/kernels/adam/adam.h"
#include "tinytorch/kernels/sgd/sgd.h"

namespace tinytorch::kernels {
namespace {

constexpr std::int64_t kWeights = 784 * 128 + 128 + 128 * 10 + 10;

std::vector<float> random_values(Rng& rng) {
  std::vector<float> x(kWeights);
  for (float& value : x) value = rng.uniform(-1, 1);
  return x;
}

/// What memory must carry for one weight: floats read and written.
void count_bytes(benchmark::State& state, int floats) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * kWeights * floats * 4);
}

void sgd(benchmark::State& state, SgdFunction function, float momentum) {
  Rng rng(1);
  std::vector<float> w = random_values(rng), g = random_values(rng), v = random_values(rng);
  const SgdArgs args{kWeights, w.data(), g.data(), v.data(), 1e-6F, momentum, 0, false};
  for ([[maybe_unused]] auto _ : state) function(args);
  count_bytes(state, momentum == 0 ? 3 : 5);
}

void adam(benchmark::State& state, AdamFunction function) {
  Rng rng(1);
  std::vector<float> w = random_values(rng), g = random_values(rng), m = random_values(rng), v(kWeights, 1);
  const FlushDenormals flush;
  const AdamArgs args{kWeights, w.data(), g.data(), m.data(), v.data(), 1e-6F, 0.9F, 0.999F, 1e-8F, 0, false, 1};
  for ([[maybe_unused]] auto _ : state) function(args);
  count_bytes(state, 7);
}

void register_all() {
  for (const Row<SgdFunction>& row : sgd_table()) {
    if (row.isa > detected_isa()) continue;
    const std::string isa(to_string(row.isa));
    for (float momentum : {0.0F, 0.9F}) {
      benchmark::RegisterBenchmark(
          ("sgd" + std::string(momentum == 0 ? "" : " with momentum") + "/" + isa).c_str(),
          [function = row.function, momentum](benchmark::State& state) { sgd(state, function, momentum); });
    }
  }
  for (const Row<AdamFunction>& row : adam_table()) {
    if (row.isa > detected_isa()) continue;
    benchmark::RegisterBenchmark(("adam/" + std::string(to_string(row.isa))).c_str(),
                                 [function = row.function](benchmark::State& state) { adam(state, function); });
  }
}

const bool kRegistered = (register_all(), true);

}  // namespace
}  // namespace tinytorch::kernels
