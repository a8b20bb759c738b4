#pragma once
#include <cstdio>
#include <cstdlib>

namespace tinytorch::fuzz {

/// Stops the fuzzer with the input as a finding if something that must be true is not.
inline void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "check failed: %s\n", what);
  std::abort();
}

}  // namespace tinytorch::fuzz
