#include "tests/fuzz/check.h"
#include "tinytorch/base/error.h"
#include "tinytorch/nn/architecture.h"

using namespace tinytorch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::int64_t count = 0;
  try {
    count = count_architecture_parameters(text);
  } catch (const Error&) {
    return 0;
  }
  if (count > (1 << 16)) return 0;  // right, but it would only fill memory

  // What can be counted must be built, and what it says of itself must build the same.
  Rng rng(1);
  const auto network = parse_architecture(text, rng);
  std::int64_t parameters = 0;
  for (const Tensor& p : network->parameters()) parameters += p.size();
  fuzz::check(parameters == count, "the count is that of the network");
  const std::string description = network->describe();
  fuzz::check(parse_architecture(description, rng)->describe() == description, "a description describes itself");
  return 0;
}
