#include "tinytorch/base/error.h"
#include "tinytorch/quant/pipeline.h"

tinytorch::SizeAnalysis tinytorch::analyze_model_sizes(const Sequential& original, const Sequential& quantized) {
  // STEP 1: the float model: count its parameters and the bytes of their blocks in memory (allocated_bytes).
  // STEP 2: the quantized one: its float parameters (biases, and whatever was not quantized) are arrays as well. Of
  // each layer add all else that memory_usage counts, scales and padding too, and of an integer chain its constants.
  // STEP 3: on disk, the whole file counts, header included (file_bytes).
  TT_TODO("10.8 analyze_model_sizes");
}
