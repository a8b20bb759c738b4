#pragma once
#include <cstdint>
#include <vector>

namespace tinytorch {

/// Memory for the codes of activations, one set per thread: a forward pass allocates nothing after the first. Rows are
/// taken in blocks, so that it stays small whatever the batch.
struct Scratch {
  std::vector<std::uint8_t> codes[3];  ///< of the input, and two in turn between layers
  std::vector<float> scales;
  std::vector<std::int32_t> zeros;

  /// At least that many elements; what they hold is of no meaning, but never uninitialised.
  template <class T>
  static T* room(std::vector<T>& memory, std::int64_t count) {
    if (memory.size() < static_cast<std::size_t>(count)) memory.resize(static_cast<std::size_t>(count));
    return memory.data();
  }
};
Scratch& thread_scratch();

/// Weights that are larger do not stay in the cache of a core (bytes).
inline constexpr std::int64_t kCachedWeights = std::int64_t{1} << 20;

/// Rows of activations that are handled at once: their codes take half a MB, or 4 MB where the weights are so large
/// that reading them again for the next rows costs more.
std::int64_t rows_at_once(std::int64_t bytes_per_row, std::int64_t weight_bytes);

}  // namespace tinytorch
