/// Whole networks in static int8, the quantization of their float32 input included, beside the same networks in float32
/// and, where it is installed, beside a program put together from oneDNN's primitives: interleaved, medians of wall time.
///
///   cmake --preset bench && cmake --build build/bench --target network_benchmark
///   build/bench/tests/benchmarks/network_benchmark
#include <thread>

#include "tests/benchmarks/table_reporter.h"
#include "tinytorch/base/cpu.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/quant/pipeline.h"
#ifdef TINYTORCH_ONEDNN
#include "tests/benchmarks/onednn_network.h"
#include "tests/benchmarks/onednn_product.h"
#endif

namespace {

using namespace tinytorch;

constexpr const char* kNetworks[] = {"784-128-10", "784-256-256-10", "784-4096-4096-10"};
constexpr std::int64_t kBatches[] = {1, 64, 1024};

struct Case {
  std::string network;
  std::int64_t batch;
  int threads;
  std::string name() const {
    return network + " batch " + std::to_string(batch) + (threads == 1 ? ", 1 thread" : ", " + std::to_string(threads) + " threads");
  }
};

std::shared_ptr<Sequential> network_of(const Case& c) {
  Rng rng(1);
  return parse_architecture(c.network, rng);
}

Array pixels(std::int64_t rows) {  // in [0, 1], four of five are 0, as in MNIST
  Rng rng(2);
  Array x({rows, 784}, 0);
  for (float& value : x.values()) value = rng.below(5) == 0 ? rng.uniform() : 0;
  return x;
}

void integer(benchmark::State& state, const Case& c) {
  const auto model = network_of(c);
  quantize_model(*model, Tensor(pixels(64)), {.scheme = QuantScheme::static_});
  const IntegerNetwork network = make_integer_network(*model);
  const Array x = pixels(c.batch);
  Array logits({c.batch, 10});
  set_thread_count(c.threads);
  for (auto _ : state) {
    network.forward(x.data(), c.batch, logits.data());
    benchmark::ClobberMemory();
  }
}

void real(benchmark::State& state, const Case& c) {
  const auto model = network_of(c);
  model->set_training(false);
  const Tensor x(pixels(c.batch));
  const NoGrad no_history;
  set_thread_count(c.threads);
  for (auto _ : state) benchmark::DoNotOptimize(model->forward(x));
}

#ifdef TINYTORCH_ONEDNN
std::vector<IntegerLayer> layers_of(const Case& c) {
  std::vector<IntegerLayer> layers;
  Rng rng(3);
  std::string sizes = c.network + "-";
  std::vector<std::int64_t> widths;
  for (std::size_t dash; (dash = sizes.find('-')) != std::string::npos; sizes.erase(0, dash + 1))
    widths.push_back(std::stoll(sizes.substr(0, dash)));
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    IntegerLayer layer{widths[i], widths[i + 1], {}, {}, {}};
    layer.weights.resize(static_cast<std::size_t>(layer.in * layer.out));
    for (std::int8_t& w : layer.weights) w = static_cast<std::int8_t>(static_cast<int>(rng.below(255)) - 127);
    layer.bias.assign(static_cast<std::size_t>(layer.out), 100);
    layer.scales.assign(static_cast<std::size_t>(layer.out), 1e-3F);
    layers.push_back(layer);
  }
  return layers;
}

void onednn(benchmark::State& state, const Case& c) {
  set_onednn_threads(c.threads);
  Array x = pixels(c.batch), logits({c.batch, 10});
  OnednnNetwork network(layers_of(c), c.batch, 1.0F / 255, x.data(), logits.data());
  for (auto _ : state) {
    network.run();
    benchmark::ClobberMemory();
  }
}
#endif

double operations_of(const Case& c) {
  return 2.0 * static_cast<double>(c.batch) * static_cast<double>(count_architecture_parameters(c.network));
}

}  // namespace

int main(int argc, char** argv) {
  initialize_benchmark(argc, argv);
  std::vector<std::pair<std::string, double>> rows;
  std::string peer = "no oneDNN";
  for (const char* network : kNetworks)
    for (const std::int64_t batch : kBatches)
      for (const int threads : {1, 2}) {
        if (threads > static_cast<int>(std::thread::hardware_concurrency())) continue;
        const Case c{network, batch, threads};
        rows.emplace_back(c.name(), operations_of(c));
        benchmark::RegisterBenchmark(("int8/" + c.name()).c_str(), integer, c)->UseRealTime();
        benchmark::RegisterBenchmark(("float32/" + c.name()).c_str(), real, c)->UseRealTime();
#ifdef TINYTORCH_ONEDNN
        benchmark::RegisterBenchmark(("oneDNN/" + c.name()).c_str(), onednn, c)->UseRealTime();
        peer = std::string("oneDNN ") + onednn_version();
#endif
      }
  std::printf("%s, kernels for %s, %s; static int8, float32 input quantized on the way in\n", cpu_model().c_str(),
              std::string(to_string(active_isa())).c_str(), peer.c_str());
  TableReporter reporter({{"int8", "int8"}, {"float32", "float32"}, {"oneDNN", "oneDNN int8"}}, rows, true);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
