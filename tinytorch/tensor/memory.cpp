#include "tinytorch/tensor/memory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "tinytorch/base/aligned_memory.h"
#include "tinytorch/base/error.h"
#include "tinytorch/base/sanitized.h"
#include "tinytorch/tensor/array.h"

namespace tinytorch {
namespace {

constexpr bool kKeepFreed = !kSanitized;  // so that AddressSanitizer sees every use after free
constexpr std::uint64_t kMostCached = std::uint64_t{256} << 20;

/// Free blocks by size class. Classes are powers of two and the three quarter steps between them, so at most a quarter
/// of a block is wasted.
class Pool {
 public:
  static std::uint64_t class_bytes(std::uint64_t bytes) {
    if (bytes <= 64) return 64;
    const std::uint64_t quarter = std::max<std::uint64_t>(std::bit_floor(bytes - 1) / 4, 64);
    return (bytes + quarter - 1) / quarter * quarter;
  }

  /// What the system is asked for: the whole class, but for AddressSanitizer, which is to see every byte beyond.
  static std::uint64_t block_bytes(std::uint64_t wanted) {
    return kSanitized ? std::max<std::uint64_t>(wanted, 1) : class_bytes(wanted);
  }

  void* take(std::uint64_t wanted) {
    const std::uint64_t bytes = class_bytes(wanted);
    const std::lock_guard lock(mutex_);
    auto& free = list(bytes);
    void* block = nullptr;
    if (!free.empty()) {
      block = free.back();
      free.pop_back();
      counts_.cached -= bytes;
    } else {
      block = from_system(block_bytes(wanted));
      ++counts_.system_allocations;
    }
    counts_.in_use += bytes;
    ++counts_.blocks_in_use;
    return block;
  }

  void give_back(void* block, std::uint64_t wanted) noexcept {
    const std::uint64_t bytes = class_bytes(wanted);
    const std::lock_guard lock(mutex_);
    counts_.in_use -= bytes;
    --counts_.blocks_in_use;
    if (kKeepFreed && counts_.cached + bytes <= kMostCached) {
      try {
        list(bytes).push_back(block);
        counts_.cached += bytes;
        return;
      } catch (const std::bad_alloc&) {  // then it goes back to the system
      }
    }
    free_aligned(block, block_bytes(wanted));
  }

  void release() {
    const std::lock_guard lock(mutex_);
    drop_cached();
  }

  ArrayMemory counts() {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  void* from_system(std::uint64_t bytes) {
    try {
      return allocate_aligned(bytes);
    } catch (const std::bad_alloc&) {
      drop_cached();
    }
    try {
      return allocate_aligned(bytes);
    } catch (const std::bad_alloc&) {
      throw OutOfMemory("[array] the system has no " + std::to_string(bytes) + " bytes left");
    }
  }

  std::vector<void*>& list(std::uint64_t bytes) {
    const auto power = static_cast<std::size_t>(std::bit_width(bytes) - 1);
    return free_[power * 4 + ((bytes >> (power - 2)) & 3)];
  }

  void drop_cached() noexcept {
    for (std::size_t i = 0; i < free_.size(); ++i) {
      const std::uint64_t bytes = (4 + i % 4) << (i / 4) >> 2;  // of the class whose list() it is
      for (void* block : free_[i]) free_aligned(block, bytes);
      free_[i].clear();
    }
    counts_.cached = 0;
  }

  std::mutex mutex_;
  std::array<std::vector<void*>, 64 * 4> free_;
  ArrayMemory counts_{};
};

/// Never destroyed: arrays in static storage may be released after it would be.
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

}  // namespace

std::shared_ptr<float[]> allocate_floats(std::int64_t count) {
  const std::uint64_t bytes = static_cast<std::uint64_t>(count) * sizeof(float);
  return {static_cast<float*>(pool().take(bytes)), [bytes](float* p) { pool().give_back(p, bytes); }};
}

ArrayMemory array_memory() { return pool().counts(); }
void release_cached_memory() { pool().release(); }

}  // namespace tinytorch
