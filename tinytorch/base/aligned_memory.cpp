#include "tinytorch/base/aligned_memory.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <new>

namespace tinytorch {
namespace {

constexpr std::size_t kCacheLine = 64, kHugePage = std::size_t{2} << 20;

std::align_val_t alignment(std::size_t bytes) { return std::align_val_t{bytes < kHugePage ? kCacheLine : kHugePage}; }

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  void* memory = ::operator new(bytes, alignment(bytes));
#ifdef MADV_HUGEPAGE
  if (bytes >= kHugePage) ::madvise(memory, bytes, MADV_HUGEPAGE);  // advice: where there are none, nothing is lost
#endif
  return memory;
}

void free_aligned(void* memory, std::size_t bytes) noexcept { ::operator delete(memory, alignment(bytes)); }

}  // namespace tinytorch
