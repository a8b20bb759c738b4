// Single-precision products over the shapes that occur in training, on one thread, beside OpenBLAS (without it beside
// our own generic row). Both take turns in one run, in random order; medians of CPU time; the ratios stand at the end.
//
//   cmake --preset bench && cmake --build build/bench --target gemm_benchmark
//   taskset -c 1 build/bench/tests/benchmarks/gemm_benchmark

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tinytorch/base/parallel.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/kernels/sgemm/sgemm.h"

#ifdef TINYTORCH_OPENBLAS
#include <cblas.h>

#include "tests/benchmarks/openblas.h"
#endif

namespace tinytorch::kernels {
namespace {

struct Shape {
  const char* name;
  std::int64_t m, n, k;
  char a, b;           // 'N' as it stands, 'T' transposed
  bool layer = false;  // bias and ReLU follow: fused in ours; OpenBLAS is not charged for them
};

constexpr Shape kShapes[] = {
    {"forward 784-128, batch 1", 1, 128, 784, 'N', 'T', true},
    {"forward 784-128, batch 64", 64, 128, 784, 'N', 'T', true},
    {"forward 784-128, batch 256", 256, 128, 784, 'N', 'T', true},
    {"forward 784-128, batch 1024", 1024, 128, 784, 'N', 'T', true},
    {"dW 784-128, batch 1", 128, 784, 1, 'T', 'N'},
    {"dW 784-128, batch 64", 128, 784, 64, 'T', 'N'},
    {"dW 784-128, batch 256", 128, 784, 256, 'T', 'N'},
    {"dW 784-128, batch 1024", 128, 784, 1024, 'T', 'N'},
    {"forward 128-10, batch 1", 1, 10, 128, 'N', 'T', true},
    {"forward 128-10, batch 64", 64, 10, 128, 'N', 'T', true},
    {"forward 128-10, batch 256", 256, 10, 128, 'N', 'T', true},
    {"forward 128-10, batch 1024", 1024, 10, 128, 'N', 'T', true},
    {"dX 128-10, batch 1", 1, 128, 10, 'N', 'N'},
    {"dX 128-10, batch 64", 64, 128, 10, 'N', 'N'},
    {"dX 128-10, batch 256", 256, 128, 10, 'N', 'N'},
    {"dX 128-10, batch 1024", 1024, 128, 10, 'N', 'N'},
    {"dW 128-10, batch 1", 10, 128, 1, 'T', 'N'},
    {"dW 128-10, batch 64", 10, 128, 64, 'T', 'N'},
    {"dW 128-10, batch 256", 10, 128, 256, 'T', 'N'},
    {"dW 128-10, batch 1024", 10, 128, 1024, 'T', 'N'},
    {"forward 784-256, batch 64", 64, 256, 784, 'N', 'T', true},
    {"forward 256-128, batch 64", 64, 128, 256, 'N', 'T', true},
    {"dW 784-256, batch 64", 256, 784, 64, 'T', 'N'},
    {"dW 256-128, batch 64", 128, 256, 64, 'T', 'N'},
    {"dX 256-128, batch 64", 64, 256, 128, 'N', 'N'},
    {"square 64", 64, 64, 64, 'N', 'N'},
    {"square 128", 128, 128, 128, 'N', 'N'},
    {"square 256", 256, 256, 256, 'N', 'N'},
    {"square 512", 512, 512, 512, 'N', 'N'},
    {"square 1024", 1024, 1024, 1024, 'N', 'N'},
    {"square 1024, B transposed", 1024, 1024, 1024, 'N', 'T'},
    {"square 1024, A transposed", 1024, 1024, 1024, 'T', 'N'},
};

#ifdef TINYTORCH_OPENBLAS
constexpr const char* kBaseline = "OpenBLAS";
#else
constexpr const char* kBaseline = "generic row";
#endif

struct CacheLineDelete {
  void operator()(float* p) const { std::free(p); }
};
using Buffer = std::unique_ptr<float[], CacheLineDelete>;

/// Random values behind a cache line's boundary, as arrays of the framework lie.
Buffer random_values(std::int64_t count, Rng& rng) {
  const std::size_t bytes = (static_cast<std::size_t>(count) * sizeof(float) + 63) / 64 * 64;
  Buffer x(static_cast<float*>(std::aligned_alloc(64, bytes)));
  for (std::int64_t i = 0; i < count; ++i) x[static_cast<std::size_t>(i)] = rng.uniform(-1, 1);
  return x;
}

void baseline(const Shape& s, const SgemmArgs& args) {
#ifdef TINYTORCH_OPENBLAS
  const auto lda = static_cast<int>(s.a == 'T' ? s.m : s.k), ldb = static_cast<int>(s.b == 'T' ? s.k : s.n);
  cblas_sgemm(CblasRowMajor, s.a == 'T' ? CblasTrans : CblasNoTrans, s.b == 'T' ? CblasTrans : CblasNoTrans,
              static_cast<int>(s.m), static_cast<int>(s.n), static_cast<int>(s.k), 1, args.a, lda, args.b, ldb, 0,
              args.c, static_cast<int>(args.c_row));
#else
  (void)s;
  sgemm_generic(args);
#endif
}

void measure(benchmark::State& state, const Shape& s, bool ours) {
  Rng rng(1);
  const Buffer a = random_values(s.m * s.k, rng), b = random_values(s.k * s.n, rng), c = random_values(s.m * s.n, rng),
               bias = random_values(s.n, rng);
  SgemmArgs args{};
  args.m = s.m, args.n = s.n, args.k = s.k;
  args.a = a.get(), args.b = b.get(), args.c = c.get();
  args.a_row = s.a == 'T' ? 1 : s.k, args.a_col = s.a == 'T' ? s.m : 1;
  args.b_row = s.b == 'T' ? 1 : s.n, args.b_col = s.b == 'T' ? s.k : 1;
  args.c_row = s.n;
  args.bias = s.layer ? bias.get() : nullptr;
  args.relu = s.layer;
  for ([[maybe_unused]] auto _ : state) {
    ours ? sgemm(args) : baseline(s, args);
    benchmark::ClobberMemory();
  }
}

/// Keeps the medians, and prints them side by side when all is done.
class RatioTable : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override {
    PrintBasicContext(&GetErrorStream(), context);
    return true;
  }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.aggregate_name == "median") seconds_[run.run_name.function_name] = run.GetAdjustedCPUTime() * 1e-9;
    }
  }
  void Finalize() override {
    std::printf("\n%-28s %22s %22s %7s\n", "", kBaseline, "tinytorch", "ratio");
    for (const Shape& s : kShapes) {
      const auto theirs = seconds_.find(std::string(s.name) + "/baseline"),
                 ours = seconds_.find(std::string(s.name) + "/tinytorch");
      if (theirs == seconds_.end() || ours == seconds_.end()) continue;
      const double work = 2e-9 * static_cast<double>(s.m * s.n * s.k);
      std::printf("%-28s %8.2f us %6.1f GF/s %8.2f us %6.1f GF/s %6.2fx\n", s.name, theirs->second * 1e6,
                  work / theirs->second, ours->second * 1e6, work / ours->second, theirs->second / ours->second);
    }
    std::printf(
        "Medians of CPU time, one thread, %s kernels. GF/s counts 2 M N K; bias and ReLU of the forward products\n"
        "are part of tinytorch's time, not of the other's. Ratio above 1: tinytorch is faster.\n",
        std::string(to_string(choose(sgemm_table()).isa)).c_str());
  }

 private:
  std::map<std::string, double> seconds_;
};

void prepare_baseline([[maybe_unused]] char** argv) {
#ifdef TINYTORCH_OPENBLAS
  use_best_openblas(argv);
  std::fprintf(stderr, "baseline: OpenBLAS, its kernels for %s\n", openblas_kernels().c_str());
#else
  std::fprintf(stderr, "baseline: our own generic row (OpenBLAS was not found)\n");
#endif
}

}  // namespace
}  // namespace tinytorch::kernels

int main(int argc, char** argv) {
  using namespace tinytorch::kernels;
  prepare_baseline(argv);
  tinytorch::set_thread_count(1);
  for (const Shape& s : kShapes) {
    for (bool ours : {false, true}) {
      benchmark::RegisterBenchmark((std::string(s.name) + (ours ? "/tinytorch" : "/baseline")).c_str(),
                                   [&s, ours](benchmark::State& state) { measure(state, s, ours); });
    }
  }
  // Defaults first: what the command line says later wins.
  std::vector<char*> arguments{argv[0]};
  std::string defaults[] = {"--benchmark_min_time=0.005", "--benchmark_repetitions=15",
                            "--benchmark_enable_random_interleaving=true"};
  for (std::string& each : defaults) arguments.push_back(each.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  RatioTable table;
  benchmark::RunSpecifiedBenchmarks(&table);
  benchmark::Shutdown();
}
