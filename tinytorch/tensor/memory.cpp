#include "tinytorch/tensor/memory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "tinytorch/base/error.h"
#include "tinytorch/base/sanitized.h"
#include "tinytorch/tensor/array.h"

namespace tinytorch {
namespace {

constexpr bool kKeepFreed = !kSanitized;  // so that AddressSanitizer sees every use after free
constexpr std::align_val_t kAlignment{64};
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

  /// @param bytes  of a class
  /// @param wanted  of them; AddressSanitizer is to see every byte beyond
  void* take(std::uint64_t bytes, std::uint64_t wanted) {
    const std::uint64_t asked = kSanitized ? std::max<std::uint64_t>(wanted, 1) : bytes;
    const std::lock_guard lock(mutex_);
    auto& free = list(bytes);
    void* block = nullptr;
    if (!free.empty()) {
      block = free.back();
      free.pop_back();
      counts_.cached -= bytes;
    } else {
      block = ::operator new(asked, kAlignment, std::nothrow);
      if (block == nullptr) {
        drop_cached();
        block = ::operator new(asked, kAlignment, std::nothrow);
      }
      if (block == nullptr) throw OutOfMemory("[array] the system has no " + std::to_string(bytes) + " bytes left");
      ++counts_.system_allocations;
    }
    counts_.in_use += bytes;
    ++counts_.blocks_in_use;
    return block;
  }

  void give_back(void* block, std::uint64_t bytes) noexcept {
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
    ::operator delete(block, kAlignment);
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
  std::vector<void*>& list(std::uint64_t bytes) {
    const auto power = static_cast<std::size_t>(std::bit_width(bytes) - 1);
    const std::size_t quarter = power < 2 ? 0 : (bytes >> (power - 2)) & 3;
    return free_[power * 4 + quarter];
  }

  void drop_cached() {
    for (auto& blocks : free_) {
      for (void* block : blocks) ::operator delete(block, kAlignment);
      blocks.clear();
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
  const std::uint64_t wanted = static_cast<std::uint64_t>(count) * sizeof(float), bytes = Pool::class_bytes(wanted);
  void* block = pool().take(bytes, wanted);
  return {static_cast<float*>(block), [bytes](float* p) { pool().give_back(p, bytes); }};
}

ArrayMemory array_memory() { return pool().counts(); }
void release_cached_memory() { pool().release(); }

}  // namespace tinytorch
