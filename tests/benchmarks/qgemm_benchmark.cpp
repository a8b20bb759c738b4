/// Integer products with bias, ReLU and requantization, beside the float product of the same shape (as Linear runs it)
/// and, where it is installed, oneDNN's integer product: interleaved, one thread, medians and ratios.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

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

/// Collects every repetition of "who/shape", and prints a line for each shape.
class TableReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const std::string& name = run.run_name.function_name;
      seconds_[name].push_back(run.cpu_accumulated_time / static_cast<double>(run.iterations));
    }
  }

  void Finalize() override {
    std::printf("%-18s %12s %8s %12s %8s %12s %8s\n", "", "int8", "GOP/s", "float32", "ratio", "oneDNN int8", "ratio");
    for (const Shape& shape : kShapes) {
      const double ours = median("int8/" + shape.name());
      if (ours == 0) continue;
      std::printf("%-18s %9.2f us %8.0f", shape.name().c_str(), ours * 1e6, shape.operations() / ours / 1e9);
      for (const char* other : {"float32/", "oneDNN/"}) {
        const double theirs = median(other + shape.name());
        if (theirs > 0) std::printf(" %9.2f us %8.2f", theirs * 1e6, theirs / ours);
      }
      std::printf("\n");
    }
    std::printf("medians of processor time; ratio above 1: our int8 is faster\n");
  }

 private:
  double median(const std::string& name) {
    std::vector<double>& seconds = seconds_[name];
    if (seconds.empty()) return 0;
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
  }
  std::map<std::string, std::vector<double>> seconds_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string repetitions = "--benchmark_repetitions=7", interleaved = "--benchmark_enable_random_interleaving=true",
              time = "--benchmark_min_time=0.05";
  arguments.insert(arguments.begin() + 1,
                   {repetitions.data(), interleaved.data(), time.data()});  // what is typed comes later and wins
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());

  set_thread_count(1);
  std::string peer = "no oneDNN";
  for (const Shape& shape : kShapes) {
    benchmark::RegisterBenchmark(("int8/" + shape.name()).c_str(), integer, shape);
    benchmark::RegisterBenchmark(("float32/" + shape.name()).c_str(), real, shape);
#ifdef TINYTORCH_ONEDNN
    benchmark::RegisterBenchmark(("oneDNN/" + shape.name()).c_str(), onednn, shape);
    peer = std::string("oneDNN ") + onednn_version();
#endif
  }
  std::printf("%s, kernels for %s, %s, one thread; int8 with bias, ReLU and 8-bit results\n", cpu_model().c_str(),
              std::string(to_string(active_isa())).c_str(), peer.c_str());
  TableReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
