#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/data/idx.h"

namespace {

/// Every error of this file begins with the byte at which the trouble is.
[[noreturn, maybe_unused]] void fail(std::size_t byte, const std::string& what) {
  throw tinytorch::Error("[idx] byte " + std::to_string(byte) + ": " + what);
}

}  // namespace

tinytorch::IdxArray tinytorch::parse_idx(std::span<const std::uint8_t> bytes) {
  // STEP 1: an IDX file begins with two zero bytes, the type of its values (8: unsigned bytes) and the number of axes.
  // Is it long enough for these four, before they are read?
  // STEP 2: the size of each axis follows, a 32-bit number with its highest byte first. Is the file long enough for
  // them?
  // STEP 3: their product is the number of values. A header can lie: it must not overflow.
  // STEP 4: the values are what remains, and there must be as many of them as the header says. Only then copy them.
  TT_TODO("07.1 parse_idx");
}
