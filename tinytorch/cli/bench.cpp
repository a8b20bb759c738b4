#include <CLI/CLI.hpp>
#include <algorithm>

#include "tinytorch/base/cpu.h"
#include "tinytorch/base/error.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/cli/benchmark.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/quantizing.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/kernels/quantize_rows/quantize_rows.h"
#include "tinytorch/kernels/sgemm/sgemm.h"
#include "tinytorch/quant/flat.h"
#include "tinytorch/quant/quantized_file.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch::cli {
namespace {

constexpr std::int64_t kBatches[] = {1, 64, 1024};

struct BenchOptions {
  std::vector<std::string> models;
  double seconds = 0.15;
};

struct Variant {
  std::string name;
  std::shared_ptr<Sequential> network;
  std::string kernel;
  std::string scheme;  ///< "float32", "dynamic", "static", "weight-only"
  std::int64_t weights = 0;
  bool integers() const { return scheme == "dynamic" || scheme == "static"; }
};

/// The inputs that an int8 network turns into codes in one pass: of every layer if ranges are measured as rows come, of
/// the first one if they are fixed. Timed by itself, it tells what the int8 product has to make up for.
class Quantizing {
 public:
  Quantizing(const Variant& variant, std::int64_t batch, Rng& rng)
      : batch_(batch), dynamic_(variant.scheme == "dynamic") {
    for (const auto& [name, layer] : quantized_layers(*variant.network)) {
      Part part{normal({batch, layer->in_features()}, 0, 1, rng).value(), layer->packed().k_padded};
      codes_.resize(std::max(codes_.size(), static_cast<std::size_t>(batch * part.row)));
      parts_.push_back(std::move(part));
      if (!dynamic_) break;
    }
    scales_.assign(static_cast<std::size_t>(batch), 0.02f);
    zeros_.assign(static_cast<std::size_t>(batch), 128);
  }

  void operator()() {
    for (const Part& part : parts_) {
      const auto quantize = [&](std::int64_t begin, std::int64_t end) {
        bool finite = true;
        kernels::quantize_rows({.m = end - begin,
                                .k = part.x.dim(1),
                                .x = part.x.data() + begin * part.x.dim(1),
                                .x_row = part.x.dim(1),
                                .codes = codes_.data() + begin * part.row,
                                .codes_row = part.row,
                                .dynamic = dynamic_,
                                .scale = scales_.data() + (dynamic_ ? begin : 0),
                                .zero = zeros_.data() + (dynamic_ ? begin : 0),
                                .finite = &finite});
      };
      parallel_for(batch_, 32, quantize);
    }
  }

 private:
  struct Part {
    Array x;
    std::int64_t row;
  };
  std::int64_t batch_;
  bool dynamic_;
  std::vector<Part> parts_;
  std::vector<std::uint8_t> codes_;
  std::vector<float> scales_;
  std::vector<std::int32_t> zeros_;
};

Variant float_variant(std::string name, std::shared_ptr<Sequential> network) {
  const std::string kernel(to_string(kernels::choose(kernels::sgemm_table()).isa));
  return {std::move(name), std::move(network), "float32 " + kernel, "float32"};
}

Variant int8_variant(std::string name, std::shared_ptr<Sequential> network) {
  const auto layers = quantized_layers(*network);
  const QuantizedLinear& first = *layers.front().layer;
  Variant variant{std::move(name), network, {}, std::string(to_string(first.scheme()))};
  variant.kernel = first.scheme() == QuantScheme::weight_only ? float_variant("", nullptr).kernel
                                                              : "int8 " + std::string(to_string(first.packed().isa));
  for (const auto& [path, layer] : layers) variant.weights += layer->in_features() * layer->out_features();
  return variant;
}

std::int64_t input_width(const Sequential& network) {
  if (const auto layers = quantized_layers(network); !layers.empty()) return layers.front().layer->in_features();
  for (const FlatModule& flat : flatten(network)) {
    if (const auto linear = exactly<Linear>(flat.module)) return linear->in_features();
  }
  throw Error("[bench] there is no Linear layer in " + network.describe());
}

/// The files as they are; of a single float32 model also what quantization makes of it.
std::vector<Variant> make_variants(const BenchOptions& options, Terminal& terminal) {
  std::vector<Variant> variants;
  Model model;
  for (const std::string& path : options.models) {
    model = load_any_model(path);
    variants.push_back(is_quantized(*model.network) ? int8_variant(path, model.network)
                                                    : float_variant(path, model.network));
    if (input_width(*model.network) != input_width(*variants.front().network)) {
      throw Error("[bench] " + path + " takes " + std::to_string(input_width(*model.network)) + " inputs, and " +
                  variants.front().name + " takes " + std::to_string(input_width(*variants.front().network)));
    }
  }
  if (variants.size() == 1 && variants.front().scheme == "float32") {
    variants.front().name = "float32";
    Rng rng(1);  // ranges decide what comes out, not how long it takes
    const Tensor samples = normal({256, input_width(*model.network)}, 0, 1, rng);
    for (const QuantScheme scheme : {QuantScheme::dynamic, QuantScheme::static_, QuantScheme::weight_only}) {
      variants.push_back(int8_variant(std::string(to_string(scheme)),
                                      quantize_copy(model, samples, {.scheme = scheme}, terminal).model.network));
    }
  }
  return variants;
}

/// What was measured at one batch size with some threads.
struct Point {
  std::int64_t batch;
  int threads;
  std::vector<Latency> latency;    ///< of each variant
  std::vector<double> quantizing;  ///< seconds of it in which inputs become codes; 0 where none do
};

Point measure(const std::vector<Variant>& variants, std::int64_t batch, int threads, double seconds) {
  Rng rng(2);
  const Tensor x = normal({batch, input_width(*variants.front().network)}, 0, 1, rng);
  std::vector<std::function<void()>> calls;
  for (const Variant& variant : variants) calls.emplace_back([&x, &variant] { variant.network->forward(x); });
  std::vector<std::unique_ptr<Quantizing>> parts;
  for (const Variant& variant : variants) {
    if (!variant.integers()) continue;
    Quantizing& part = *parts.emplace_back(std::make_unique<Quantizing>(variant, batch, rng));
    calls.emplace_back([&part] { part(); });
  }
  set_thread_count(threads);
  Point point{batch, threads, time_in_turn(calls, seconds), {}};
  std::size_t next = variants.size();
  for (const Variant& variant : variants) {
    point.quantizing.push_back(variant.integers() ? point.latency[next++].median : 0);
  }
  point.latency.resize(variants.size());
  return point;
}

std::string threads_text(int threads) { return std::to_string(threads) + (threads == 1 ? " thread" : " threads"); }

/// Slower by more than the two medians are likely to be off.
bool is_slower(const Latency& than, const Latency& latency) {
  return latency.median > 1.05 * than.median && latency.low > than.median;
}

/// Where an int8 product loses at one point, and to what.
std::string why_slower(const Variant& variant, const Latency& before, const Latency& after, double quantizing) {
  const std::string part = variant.scheme == "dynamic"
                               ? "finding the ranges of every layer's inputs and quantizing them takes "
                               : "quantizing the input takes ";
  const double rest = after.median - quantizing;
  if (rest < before.median) {
    return part + duration_text(quantizing) + ", more than the " + duration_text(before.median - rest) +
           " that int8 products save";
  }
  return "the layers are so small that int8 products save nothing (" + duration_text(rest) + " against " +
         duration_text(before.median) + "), and " + part + duration_text(quantizing);
}

Json json_of(const Variant& variant, const Point& point, std::size_t i) {
  const Latency& l = point.latency[i];
  const auto rate = [&](double seconds) { return static_cast<double>(point.batch) / seconds; };
  return {{"batch", point.batch},
          {"threads", point.threads},
          {"samples", l.runs},
          {"seconds", {{"median", l.median}, {"p10", l.low}, {"p90", l.high}}},
          {"images_per_second", {{"median", rate(l.median)}, {"p10", rate(l.high)}, {"p90", rate(l.low)}}},
          {"quantizing_seconds", variant.integers() ? Json(point.quantizing[i]) : Json(nullptr)}};
}

std::size_t first_float(const std::vector<Variant>& variants) {  // or the number of variants
  const auto is_float = [](const Variant& variant) { return variant.scheme == "float32"; };
  return static_cast<std::size_t>(std::ranges::find_if(variants, is_float) - variants.begin());
}

std::string range_text(std::int64_t batch, const Latency& l) {
  if (batch == 1)
    return duration_text(l.median) + " (" + plain_duration(l.low, l.median) + "–" + plain_duration(l.high, l.median) +
           ")";
  const auto rate = [&](double seconds) { return rate_text(static_cast<double>(batch) / seconds); };
  return rate(l.median) + " (" + rate(l.high) + "–" + rate(l.low) + ")";
}

/// A table for each batch size; a pair of columns for each number of threads.
void print(Terminal& terminal, const std::vector<Variant>& variants, const std::vector<Point>& points) {
  Table kernels({"model", "products"}, 2);
  for (const Variant& variant : variants) kernels.add({variant.name, variant.kernel});
  for (const std::string& line : kernels.lines()) terminal.result(line);
  const std::size_t base = first_float(variants);
  for (const std::int64_t batch : kBatches) {
    std::vector<std::string> header{batch == 1 ? "seconds, 1 image" : "images/s, batch " + grouped(batch)};
    std::vector<std::vector<std::string>> rows;
    for (const Variant& variant : variants) rows.push_back({variant.name});
    for (const Point& point : points) {
      if (point.batch != batch) continue;
      header.push_back(threads_text(point.threads));
      if (base < variants.size()) header.push_back("speed");
      for (std::size_t i = 0; i < variants.size(); ++i) {
        rows[i].push_back(range_text(batch, point.latency[i]));
        if (base < variants.size()) {
          rows[i].push_back(fixed(point.latency[base].median / point.latency[i].median, 2) + "×");
        }
      }
    }
    header.front().resize(24, ' ');
    Table table(std::move(header));
    for (auto& row : rows) table.add(std::move(row));
    terminal.result("");
    for (const std::string& line : table.lines()) terminal.result(line);
  }
}

/// Where int8 is slower than float32, and why.
std::vector<std::string> verdicts(const std::vector<Variant>& variants, const std::vector<Point>& points) {
  const std::size_t base = first_float(variants);
  std::vector<std::string> lines;
  if (base == variants.size()) return lines;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const Variant& variant = variants[i];
    if (variant.scheme == "float32") continue;
    std::string places;
    for (const Point& point : points) {
      const Latency &before = point.latency[base], &after = point.latency[i];
      if (!is_slower(before, after)) continue;
      const std::string times = fixed(after.median / before.median, 2) + "×";
      if (variant.integers()) {
        lines.push_back(variant.name + " takes " + times + " the time of float32 at batch " + grouped(point.batch) +
                        " with " + threads_text(point.threads) + ": " +
                        why_slower(variant, before, after, point.quantizing[i]));
      } else if (point.threads == 1) {
        places += (places.empty() ? "" : ", ") + times + " at batch " + grouped(point.batch);
      }
    }
    if (!places.empty()) {
      lines.push_back(variant.name + " takes longer than float32, " + places + ": " + grouped(variant.weights) +
                      " weights become floats on every call, and the products are float32: it saves memory, not time");
    }
  }
  if (lines.empty() && variants.size() > 1) lines.push_back("int8 is nowhere slower than float32 here");
  return lines;
}

int bench(const Common& common, const BenchOptions& options) {
  Terminal terminal(common.json, common.quiet);
  const std::vector<Variant> variants = make_variants(options, terminal);
  const NoGrad no_history;
  for (const Variant& variant : variants) variant.network->set_training(false);
  std::vector<int> thread_counts{1};
  if (const int all = thread_count(); all > 1) thread_counts.push_back(all);

  terminal.remark("Timing on " + cpu_model() + ", each in turn, " + fixed(options.seconds, 2) + " s a point");
  std::vector<Point> points;
  const std::size_t all_points = std::size(kBatches) * thread_counts.size();
  for (const int threads : thread_counts) {
    for (const std::int64_t batch : kBatches) {
      terminal.progress(static_cast<double>(points.size()) / static_cast<double>(all_points),
                        "batch " + grouped(batch) + ", " + threads_text(threads));
      points.push_back(measure(variants, batch, threads, options.seconds));
    }
  }
  terminal.clear_progress();

  const std::vector<std::string> words = verdicts(variants, points);
  Json report = {
      {"cpu", cpu_model()}, {"isa", to_string(active_isa())}, {"variants", Json::array()}, {"verdicts", words}};
  for (std::size_t i = 0; i < variants.size(); ++i) {
    Json json = {{"name", variants[i].name},
                 {"scheme", variants[i].scheme},
                 {"architecture", variants[i].network->describe()},
                 {"kernel", variants[i].kernel},
                 {"points", Json::array()}};
    for (const Point& point : points) json["points"].push_back(json_of(variants[i], point, i));
    report["variants"].push_back(std::move(json));
  }
  terminal.json(json_text(report));
  print(terminal, variants, points);
  const bool judged = first_float(variants) < variants.size();
  terminal.remark(std::string("\nMedians, and in brackets the 10th and 90th percentile.") +
                  (judged ? " Speed: against float32 on as many threads." : ""));
  for (const std::string& line : words) {
    const auto colon = line.find(": ");  // what, and why on a line of its own
    terminal.result(colon == line.npos ? line : line.substr(0, colon + 1) + "\n  " + line.substr(colon + 2));
  }
  return 0;
}

}  // namespace

void add_bench(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("bench", "Time models: float32 against int8, one image and batches");
  add_common(*command, common,
             "  tt bench model.safetensors                          float32, dynamic, static and weight-only of it\n"
             "  tt bench model.safetensors model.int8.safetensors   these files\n"
             "  tt bench model.safetensors --seconds 1 --json\n\n"
             "Inputs are random numbers in float32; turning them into int8 codes is part of what is timed.");
  auto options = std::make_shared<BenchOptions>();
  command->add_option("model", options->models, "Models, float32 or int8")->required();
  command->add_option("--seconds", options->seconds, "Time for each model at each batch size")
      ->check(CLI::Range(0.001, 60.0))
      ->capture_default_str();
  command->callback([&common, options] { common.action = [&common, options] { return bench(common, *options); }; });
}

}  // namespace tinytorch::cli
