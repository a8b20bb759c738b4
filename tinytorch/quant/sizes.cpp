#include <limits>

#include "tinytorch/io/model.h"
#include "tinytorch/quant/pipeline.h"
#include "tinytorch/quant/quantized_file.h"

namespace tinytorch {

double SizeAnalysis::memory_ratio() const {
  return static_cast<double>(memory_before) / static_cast<double>(memory_after);
}

double SizeAnalysis::disk_ratio() const { return static_cast<double>(disk_before) / static_cast<double>(disk_after); }

double SizeAnalysis::percent_saved() const {
  return 100 * static_cast<double>(bytes_saved()) / static_cast<double>(disk_before);
}

std::int64_t allocated_bytes(const Array& array) {
  if (!array.defined()) return 0;
  // The allocator rounds up to its size classes. It is asked by taking another block of the same size.
  const std::uint64_t before = array_memory().in_use;
  const Array twin(array.shape());
  return static_cast<std::int64_t>(array_memory().in_use - before);
}

std::int64_t file_bytes(const Sequential& model) {
  const Model file{std::make_shared<Sequential>(model), {}, {}};
  const Safetensors contents = is_quantized(model) ? to_quantized_safetensors(file) : to_safetensors(file);
  return static_cast<std::int64_t>(serialize_safetensors(contents).size());
}

}  // namespace tinytorch
