#pragma once
#include <cstdint>
#include <memory>

namespace tinytorch {

/// Memory for `count` floats, aligned to 64 bytes and not initialised. When the last owner lets go it is kept for the
/// next request of its size class. @throws Error if the system has none left.
std::shared_ptr<float[]> allocate_floats(std::int64_t count);

}  // namespace tinytorch
