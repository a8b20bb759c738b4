#pragma once
#include <cstdint>

namespace tinytorch::kernels {

/// A product may be split between threads into parts of at least so many rows or columns without changing any result.
constexpr std::int64_t kSgemmSplitRows = 128, kSgemmSplitColumns = 16;

/// Memory of this thread for packed operands, aligned to a cache line. It grows and is kept, so that no call allocates
/// once the largest was seen; what an earlier call put there is gone.
float* sgemm_scratch(std::int64_t count) noexcept;

}  // namespace tinytorch::kernels
