#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/quant/pipeline.h"

using namespace tinytorch;

namespace {

void put(const SizeAnalysis& sizes, course::Values& out) {
  out.set("parameters", sizes.parameters);
  out.set("memory_before", sizes.memory_before).set("memory_after", sizes.memory_after);
  out.set("disk_before", sizes.disk_before).set("disk_after", sizes.disk_after);
}

}  // namespace

/// architecture, scheme -> the analysis of a model of it and the same model quantized.
TT_SCENARIO(analyze) {
  Rng rng(1);
  const std::shared_ptr<Sequential> original = parse_architecture(in.text("architecture"), rng);
  Sequential quantized(original->modules());
  QuantConfig config;
  config.scheme = parse_quant_scheme(in.text("scheme"));
  config.chain = false;  // integers between layers are the next module
  Tensor samples;
  if (config.scheme == QuantScheme::static_) samples = Tensor(Array({4, in.integer("in_features")}, 0.5f));
  quantize_model(quantized, samples, config);
  put(analyze_model_sizes(*original, quantized), out);
}

/// Whether the first and the second model are quantized -> the analysis.
TT_SCENARIO(refusal) {
  Rng rng(1);
  Sequential first(Linear(2, 2, rng)), second(Linear(2, 2, rng));
  if (in.flag("first")) quantize_model(first, Tensor());
  if (in.flag("second")) quantize_model(second, Tensor());
  put(analyze_model_sizes(first, second), out);
}
