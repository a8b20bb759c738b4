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
  // BEGIN SOLUTION
  // STEP 1: an IDX file begins with two zero bytes, the type of its values (8: unsigned bytes) and the number of axes.
  // Is it long enough for these four, before they are read?
  if (bytes.size() < 4) fail(bytes.size(), "the file ends inside the four bytes that an IDX file begins with");
  if (bytes[0] != 0 || bytes[1] != 0)
    fail(bytes[0] != 0 ? 0 : 1, "an IDX file begins with two zero bytes; this is none");
  if (bytes[2] != 8) fail(2, "type " + std::to_string(bytes[2]) + " instead of 8: only unsigned bytes are read");
  // STEP 2: the size of each axis follows, a 32-bit number with its highest byte first. Is the file long enough for
  // them?
  const std::size_t axes = bytes[3], header = 4 + 4 * axes;
  if (bytes.size() < header)
    fail(bytes.size(), "the file ends inside the sizes of its " + std::to_string(axes) + " axes");
  IdxArray result;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::uint64_t count = 1;
  for (std::size_t at = 4; at < header; at += 4) {
    const std::uint32_t size = static_cast<std::uint32_t>(bytes[at]) << 24 |
                               static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
                               static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
    // STEP 3: their product is the number of values. A header can lie: it must not overflow.
    if (size != 0 && count > kMost / size) fail(at, "the product of the sizes overflows");
    count *= size;
    result.shape.push_back(size);
  }
  // STEP 4: the values are what remains, and there must be as many of them as the header says. Only then copy them.
  const std::span<const std::uint8_t> values = bytes.subspan(header);
  if (values.size() != count) {
    fail(header, "the header says " + to_string(result.shape) + ", " + std::to_string(count) + " values, but " +
                     std::to_string(values.size()) + " follow; the file is " +
                     (values.size() < count ? "cut short, fetch it again" : "too long or its header is wrong"));
  }
  result.values.assign(values.begin(), values.end());
  return result;
  // END SOLUTION
}
