#pragma once
#include <cstddef>

namespace tinytorch {

/// Memory for numbers that kernels read: aligned to a cache line (64 bytes), not initialised. Blocks of 2 MB and more
/// begin on a huge page, and Linux is asked to make them of huge pages: a matrix of 16 MB then needs 8 entries of the
/// CPU's table of pages instead of 4,096, and prefetching does not stop at the end of each 4 KB.
/// @throws std::bad_alloc
void* allocate_aligned(std::size_t bytes);

/// @param bytes  as they were asked for
void free_aligned(void* memory, std::size_t bytes) noexcept;

}  // namespace tinytorch
