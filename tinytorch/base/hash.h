#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace tinytorch {

/// FNV-1a with 64 bits: tells contents apart. It is no seal: whoever wants two texts of one hash can find them.
/// @param seed  the hash of what came before, for content in pieces
constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t seed = 0xcbf29ce484222325u) {
  for (const char c : bytes) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return seed;
}

inline std::string hex_text(std::uint64_t value) {  ///< 16 digits
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace tinytorch
