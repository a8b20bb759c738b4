#pragma once
// Included by the file of one instruction set and compiled for it: everything here is local to that file.

#include <cstdint>

namespace tinytorch::kernels {
namespace {

/// The generic row's loop. The compiler makes vectors of it by itself; the flags of the including file say how wide.
inline void normalize_all(const std::uint8_t* pixels, std::int64_t count, float scale, float shift, float* out) {
  for (std::int64_t i = 0; i < count; ++i) out[i] = static_cast<float>(pixels[i]) * scale + shift;
}

}  // namespace
}  // namespace tinytorch::kernels
