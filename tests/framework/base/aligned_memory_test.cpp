#include "tinytorch/base/aligned_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

namespace tinytorch {
namespace {

TEST(AlignedMemory, SmallBlocksBeginOnACacheLineAndLargeOnesOnAHugePage) {
  constexpr std::size_t kHuge = std::size_t{2} << 20;
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{100}, kHuge - 1, kHuge, kHuge + 1, 3 * kHuge}) {
    void* memory = allocate_aligned(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % (bytes < kHuge ? 64 : kHuge), 0U) << bytes;
    std::memset(memory, 0x5a, bytes);
    free_aligned(memory, bytes);
  }
}

}  // namespace
}  // namespace tinytorch
