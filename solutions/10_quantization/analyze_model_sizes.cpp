#include "tinytorch/base/error.h"
#include "tinytorch/quant/pipeline.h"

tinytorch::SizeAnalysis tinytorch::analyze_model_sizes(const Sequential& original, const Sequential& quantized) {
  SizeAnalysis sizes;
  // BEGIN SOLUTION
  // STEP 1: refuse a first model that is quantized itself, and a second one that is not (quantized_layers).
  const std::vector<NamedQuantizedLinear> layers = quantized_layers(quantized);
  if (!quantized_layers(original).empty()) throw Error("[analyze_model_sizes] the first model is quantized itself");
  if (layers.empty()) throw Error("[analyze_model_sizes] the second model is not quantized");
  // STEP 2: the float model: count its parameters and the bytes of their blocks in memory (allocated_bytes).
  for (const NamedTensor& parameter : original.named_parameters()) {
    sizes.parameters += parameter.tensor.size();
    sizes.memory_before += allocated_bytes(parameter.tensor.value());
  }
  // STEP 3: the quantized one: its float parameters (biases, and whatever was not quantized) are arrays as well. Of
  // each layer add all else that memory_usage counts, scales and padding too.
  for (const NamedTensor& parameter : quantized.named_parameters()) {
    sizes.memory_after += allocated_bytes(parameter.tensor.value());
  }
  for (const NamedQuantizedLinear& named : layers) {
    const MemoryUsage use = named.layer->memory_usage();
    sizes.memory_after += use.total() - use.bias;
  }
  // STEP 4: on disk, the whole file counts, header included (file_bytes).
  sizes.disk_before = file_bytes(original);
  sizes.disk_after = file_bytes(quantized);
  // END SOLUTION
  // A chain of integers (module 11) has constants of its own.
  for (const ModulePtr& module : quantized.modules()) {
    const auto* chain = dynamic_cast<const IntegerNetwork*>(module.get());
    if (chain != nullptr) sizes.memory_after += chain->constant_bytes();
  }
  return sizes;
}
