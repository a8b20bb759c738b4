/// Integer products with bias, ReLU and requantization, beside the float product of the same shape (as Linear runs it)
/// and, where it is installed, oneDNN's integer product: interleaved, one thread, medians and ratios.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "tests/benchmarks/table_reporter.h"
#include "tinytorch/base/cpu.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/kernels/qgemm/qgemm.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#ifdef TINYTORCH_ONEDNN
#include "tests/benchmarks/onednn_product.h"
#endif

namespace {

using namespace tinytorch;

struct Shape {
  std::int64_t m, k, n;
  double operations() const { return 2.0 * static_cast<double>(m) * static_cast<double>(k) * static_cast<double>(n); }
  std::string name() const { return std::to_string(m) + "x" + std::to_string(k) + "->" + std::to_string(n); }
};

constexpr Shape kShapes[] = {{1, 784, 128},   {8, 784, 128},    {64, 784, 128},    {1024, 784, 128},
                             {1, 4096, 4096}, {64, 4096, 4096}, {1024, 1024, 1024}};

/// Operands of one shape, shared by all who multiply them.
struct Operands {
  std::vector<std::uint8_t> a, c;
  std::vector<std::int8_t> w;
  std::vector<std::int32_t> bias;
  std::vector<float> multiplier;

  explicit Operands(const Shape& shape) {
    Rng rng(1);
    const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
    a.resize(size(shape.m * shape.k));
    c.resize(size(shape.m * shape.n));
    w.resize(size(shape.n * shape.k));
    bias.resize(size(shape.n), 1000);
    multiplier.resize(size(shape.n), 1e-3F);
    for (std::uint8_t& x : a) x = static_cast<std::uint8_t>(1 + rng.below(255));
    for (std::int8_t& x : w) x = static_cast<std::int8_t>(static_cast<int>(rng.below(255)) - 127);
  }
};

void integer(benchmark::State& state, const Shape& shape) {
  Operands operands(shape);
  const kernels::PackedWeights packed = kernels::pack_weights(operands.w.data(), shape.n, shape.k);
  const std::int32_t zero = 1;
  kernels::QgemmArgs args;
  args.m = shape.m;
  args.a = operands.a.data();
  args.a_row = shape.k;
  args.a_zero = &zero;
  args.weights = &packed;
  args.output = kernels::QgemmOutput::codes;
  args.c = operands.c.data();
  args.c_row = shape.n;
  args.offset = operands.bias.data();
  args.multiplier = operands.multiplier.data();
  args.zero_point = args.lowest = -127;
  for (auto _ : state) {
    kernels::qgemm(args);
    benchmark::ClobberMemory();
  }
}

void real(benchmark::State& state, const Shape& shape) {
  Rng rng(1);
  const auto draw = [&](std::int64_t count) {
    std::vector<float> x(static_cast<std::size_t>(count));
    for (float& value : x) value = rng.normal();
    return x;
  };
  const std::vector<float> a = draw(shape.m * shape.k), w = draw(shape.n * shape.k), bias = draw(shape.n);
  std::vector<float> c = draw(shape.m * shape.n);
  kernels::SgemmArgs args{};
  args.m = shape.m;
  args.n = shape.n;
  args.k = shape.k;
  args.a = a.data();
  args.a_row = shape.k;
  args.a_col = 1;
  args.b = w.data();  // (out, in), as Linear keeps it
  args.b_row = 1;
  args.b_col = shape.k;
  args.c = c.data();
  args.c_row = shape.n;
  args.bias = bias.data();
  args.relu = true;
  for (auto _ : state) {
    kernels::sgemm(args);
    benchmark::ClobberMemory();
  }
}

#ifdef TINYTORCH_ONEDNN
void onednn(benchmark::State& state, const Shape& shape) {
  Operands operands(shape);
  OnednnProduct product(shape.m, shape.n, shape.k, operands.a.data(), operands.w.data(), operands.multiplier.data(),
                        operands.bias.data(), operands.c.data());
  for (auto _ : state) {
    product.run();
    benchmark::ClobberMemory();
  }
}
#endif

}  // namespace

int main(int argc, char** argv) {
  initialize_benchmark(argc, argv);
  set_thread_count(1);
  std::vector<std::pair<std::string, double>> rows;
  std::string peer = "no oneDNN";
  for (const Shape& shape : kShapes) {
    rows.emplace_back(shape.name(), shape.operations());
    benchmark::RegisterBenchmark(("int8/" + shape.name()).c_str(), integer, shape);
    benchmark::RegisterBenchmark(("float32/" + shape.name()).c_str(), real, shape);
#ifdef TINYTORCH_ONEDNN
    benchmark::RegisterBenchmark(("oneDNN/" + shape.name()).c_str(), onednn, shape);
    peer = std::string("oneDNN ") + onednn_version();
#endif
  }
  std::printf("%s, kernels for %s, %s, one thread; int8 with bias, ReLU and 8-bit results\n", cpu_model().c_str(),
              std::string(to_string(active_isa())).c_str(), peer.c_str());
  TableReporter reporter({{"int8", "int8"}, {"float32", "float32"}, {"oneDNN", "oneDNN int8"}}, rows, false);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
