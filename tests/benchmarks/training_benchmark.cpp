/// Images per second of training and of inference through 784-128-10 on one thread, beside a hand-written loop over
/// OpenBLAS in the same run. Every repetition runs all of them in random order; the table shows medians of
/// processor time, which other programs disturb least.
///   training_benchmark [--benchmark_repetitions=9] [--benchmark_filter=train]
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "tinytorch/base/cpu.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/tensor/ops.h"
#include "tinytorch/train/trainer.h"

#ifdef TINYTORCH_OPENBLAS
#include "tests/benchmarks/hand_mlp.h"
#include "tests/benchmarks/openblas.h"
#endif

namespace {

using namespace tinytorch;

constexpr std::int64_t kImages = 60000, kBatch = 64;

/// MNIST if it is there, else as many random pixels.
const Dataset& images() {
  static const Dataset data = [] {
    const auto directory = find_mnist();
    if (!directory.empty()) return load_idx_directory(directory).train;
    Dataset random{.name = "random", .height = 28, .width = 28, .classes = 10, .pixels = {}, .labels = {}};
    Rng rng(1);
    random.pixels.resize(kImages * 784);
    for (std::uint8_t& p : random.pixels) p = static_cast<std::uint8_t>(rng.next() >> 56);
    for (std::int64_t i = 0; i < kImages; ++i) random.labels.push_back(static_cast<std::uint8_t>(rng.below(10)));
    return random;
  }();
  return data;
}

const Normalization kNormalization{.mean = 0.1307f, .standard_deviation = 0.3081f};
float rate(const std::string& optimizer) { return optimizer == "sgd" ? 0.1f : 1e-3f; }

void train(benchmark::State& state, const std::string& name) {
  Rng rng(1);
  const auto model = parse_architecture("784-128-10", rng);
  const auto optimizer = make_optimizer(name, model->parameters(), {.lr = rate(name), .momentum = 0});
  DataLoader loader(images(), {.batch_size = kBatch, .normalization = kNormalization});
  Trainer warm_up(*model, *optimizer, loader, {.epochs = 1});
  warm_up.on_batch = [](const TrainerState& s, const Progress&) {
    return s.batch < 20 ? Continue::yes : Continue::stop;
  };
  warm_up.fit();
  for (auto _ : state) Trainer(*model, *optimizer, loader, {.epochs = 1}).fit();
  state.SetItemsProcessed(state.iterations() * images().size());
}

void infer(benchmark::State& state, std::int64_t batch) {
  Rng rng(1);
  const auto model = parse_architecture("784-128-10", rng);
  model->set_training(false);
  const Tensor x = normal({batch, 784}, 0, 1, rng);
  const NoGrad no_grad;
  for (auto _ : state) benchmark::DoNotOptimize((*model)(x).value().data());
  state.SetItemsProcessed(state.iterations() * batch);
}

#ifdef TINYTORCH_OPENBLAS
void hand_train(benchmark::State& state, const std::string& name) {
  HandMlp mlp(784, 128, 10, kBatch, 1);
  const auto optimizer = name == "sgd" ? HandMlp::Optimizer::sgd : HandMlp::Optimizer::adam;
  mlp.train_epoch(images().first(20 * kBatch), kNormalization, kBatch, optimizer, rate(name));
  for (auto _ : state) {
    benchmark::DoNotOptimize(mlp.train_epoch(images(), kNormalization, kBatch, optimizer, rate(name)));
  }
  state.SetItemsProcessed(state.iterations() * images().size());
}

void hand_infer(benchmark::State& state, std::int64_t batch) {
  HandMlp mlp(784, 128, 10, batch, 1);
  Rng rng(1);
  const Tensor x = normal({batch, 784}, 0, 1, rng);
  for (auto _ : state) benchmark::DoNotOptimize(mlp.forward(x.value().data(), batch));
  state.SetItemsProcessed(state.iterations() * batch);
}
#endif

/// Collects every repetition, and prints a line for each pair of names "tinytorch/…" and "openblas/…".
class PairReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const std::string& name = run.run_name.function_name;
      const double seconds = run.cpu_accumulated_time / static_cast<double>(run.iterations);
      const double items = run.counters.at("items_per_second").value * seconds;
      Times& times = results_[name.substr(name.find('/') + 1)];
      times.items = items;
      (name.starts_with("tinytorch/") ? times.ours : times.theirs).push_back(seconds);
    }
  }

  void Finalize() override {
    std::printf("%-14s %14s %12s %14s %12s %8s\n", "", "TinyTorch", "img/s", "OpenBLAS loop", "img/s", "ratio");
    for (auto& [name, times] : results_) {
      const double ours = median(times.ours), theirs = median(times.theirs);
      std::printf("%-14s %11.1f us %12.0f", name.c_str(), ours * 1e6, times.items / ours);
      if (theirs > 0) std::printf(" %11.1f us %12.0f %8.2f", theirs * 1e6, times.items / theirs, theirs / ours);
      std::printf("\n");
    }
    std::printf("medians of processor time; ratio above 1: TinyTorch is faster\n");
  }

 private:
  struct Times {
    double items = 0;
    std::vector<double> ours, theirs;
  };
  static double median(std::vector<double>& seconds) {
    if (seconds.empty()) return 0;
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
  }
  std::map<std::string, Times> results_;
};

}  // namespace

int main(int argc, char** argv) {
#ifdef TINYTORCH_OPENBLAS
  use_best_openblas(argv);
  const std::string baseline = "OpenBLAS for " + openblas_kernels();
#else
  const std::string baseline = "no OpenBLAS";
#endif
  std::vector<char*> arguments(argv, argv + argc);
  std::string repetitions = "--benchmark_repetitions=7", interleaved = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1,
                   {repetitions.data(), interleaved.data()});  // what is typed comes later and wins
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());

  set_thread_count(1);
  for (const std::string name : {"sgd", "adam"}) {
    benchmark::RegisterBenchmark(("tinytorch/train " + name).c_str(), train, name)->Iterations(1);
#ifdef TINYTORCH_OPENBLAS
    benchmark::RegisterBenchmark(("openblas/train " + name).c_str(), hand_train, name)->Iterations(1);
#endif
  }
  for (const std::int64_t batch : {1, 64, 1024}) {
    benchmark::RegisterBenchmark(("tinytorch/infer " + std::to_string(batch)).c_str(), infer, batch);
#ifdef TINYTORCH_OPENBLAS
    benchmark::RegisterBenchmark(("openblas/infer " + std::to_string(batch)).c_str(), hand_infer, batch);
#endif
  }
  std::printf("%s, kernels for %s, %s, one thread; 784-128-10, training in batches of %d on %s data\n",
              cpu_model().c_str(), std::string(to_string(active_isa())).c_str(), baseline.c_str(),
              static_cast<int>(kBatch), images().name.c_str());
  PairReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
