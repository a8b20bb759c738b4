#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tinytorch/base/rng.h"
#include "tinytorch/base/shape.h"

namespace tinytorch {

/// A float32 array of any rank in contiguous row-major memory, 64-byte aligned. It is the bare value: no history.
/// A copy shares the memory, as in NumPy; clone() copies it. Only code that owns an array writes to it (optimizers to
/// weights, an op to its fresh result).
class Array {
 public:
  Array() = default;                ///< undefined: no shape, no memory
  explicit Array(Shape shape);      ///< memory not initialised
  Array(Shape shape, float value);  ///< filled
  /// @throws Error if the number of values is not the product of the shape.
  Array(Shape shape, std::span<const float> values);
  Array(Shape shape, std::initializer_list<float> values);

  bool defined() const { return storage_ != nullptr; }
  const Shape& shape() const { return shape_; }
  std::size_t rank() const { return shape_.size(); }
  std::int64_t size() const { return size_; }  ///< number of elements
  std::int64_t dim(std::int64_t axis) const;   ///< size of an axis; -1 is the last. @throws Error outside

  float* data() { return storage_.get(); }
  const float* data() const { return storage_.get(); }
  std::span<float> values() { return {data(), static_cast<std::size_t>(size_)}; }
  std::span<const float> values() const { return {data(), static_cast<std::size_t>(size_)}; }

  float at(const Shape& index) const;  ///< @throws Error outside; negative indices count from the end
  float item() const;                  ///< the only element. @throws Error if there is not exactly one

  /// The same memory under another shape; one size may be -1. @throws Error if the number of elements differs.
  Array reshape(Shape shape) const;
  Array clone() const;
  bool shares_memory_with(const Array& other) const { return storage_ == other.storage_; }
  long use_count() const { return storage_.use_count(); }  ///< arrays that share the memory

 private:
  Shape shape_;
  std::int64_t size_ = 0;
  std::shared_ptr<float[]> storage_;
};

/// Bytes of array memory in use, and kept for reuse: freed blocks are handed out again, so that a training step
/// allocates nothing after the first.
struct ArrayMemory {
  std::uint64_t in_use, cached;
  std::uint64_t blocks_in_use;
  std::uint64_t system_allocations;  ///< times the system was asked since the program began
};
ArrayMemory array_memory();
void release_cached_memory();

}  // namespace tinytorch
