#include "tinytorch/base/error.h"
#include "tinytorch/quant/pipeline.h"

tinytorch::SizeAnalysis tinytorch::analyze_model_sizes(const Sequential& original, const Sequential& quantized) {
  SizeAnalysis sizes;
  // STEP 1: refuse a first model that is quantized itself, and a second one that is not (quantized_layers).
  // STEP 2: the float model: count its parameters and the bytes of their blocks in memory (allocated_bytes).
  // STEP 3: the quantized one: its float parameters (biases, and whatever was not quantized) are arrays as well. Of
  // each layer add all else that memory_usage counts, scales and padding too.
  // STEP 4: on disk, the whole file counts, header included (file_bytes).
  TT_TODO("10.8 analyze_model_sizes");
  // A chain of integers (module 11) has constants of its own.
  for (const ModulePtr& module : quantized.modules()) {
    const auto* chain = dynamic_cast<const IntegerNetwork*>(module.get());
    if (chain != nullptr) sizes.memory_after += chain->constant_bytes();
  }
  return sizes;
}
