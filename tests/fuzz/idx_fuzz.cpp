#include <algorithm>

#include "tests/fuzz/check.h"
#include "tinytorch/base/error.h"
#include "tinytorch/data/idx.h"

using namespace tinytorch;

namespace {

void parse(std::span<const std::uint8_t> bytes) {
  const IdxArray array = parse_idx(bytes);
  fuzz::check(element_count(array.shape) == static_cast<std::int64_t>(array.values.size()),
              "the shape fits the values");
  fuzz::check(std::ranges::equal(array.values, bytes.last(array.values.size())),
              "the values are the file's last bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  try {
    parse(bytes);
  } catch (const Error&) {
  }
  constexpr std::uint64_t kLimit = 1 << 16;  // small, so that it is reached
  try {
    const std::vector<std::uint8_t> inflated = gunzip(bytes, kLimit);
    fuzz::check(inflated.size() <= kLimit, "gunzip keeps its limit");
    parse(inflated);
  } catch (const Error&) {
  }
  return 0;
}
