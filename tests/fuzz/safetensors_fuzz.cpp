#include <algorithm>

#include "tests/fuzz/check.h"
#include "tinytorch/base/error.h"
#include "tinytorch/io/checkpoint.h"

using namespace tinytorch;

namespace {

/// The input itself; or, if it begins like a header, a file with that header up to the first zero byte, with its true
/// length in front and the rest as data. So the fuzzer need not guess lengths to get to the JSON and behind it.
std::vector<std::uint8_t> file_of(std::span<const std::uint8_t> input) {
  if (input.empty() || input.front() != '{') return {input.begin(), input.end()};
  const auto header_bytes = static_cast<std::size_t>(std::ranges::find(input, 0) - input.begin());
  std::vector<std::uint8_t> file;
  for (int i = 0; i < 8; ++i) file.push_back(static_cast<std::uint8_t>(std::uint64_t{header_bytes} >> (8 * i)));
  file.insert(file.end(), input.begin(), input.begin() + static_cast<std::ptrdiff_t>(header_bytes));
  if (header_bytes < input.size()) {
    file.insert(file.end(), input.begin() + static_cast<std::ptrdiff_t>(header_bytes) + 1, input.end());
  }
  return file;
}

bool same(const Safetensors& a, const Safetensors& b) {
  return a.metadata == b.metadata && std::ranges::equal(a.tensors, b.tensors, [](const auto& x, const auto& y) {
           return x.first == y.first && x.second.dtype == y.second.dtype && x.second.shape == y.second.shape &&
                  x.second.bytes == y.second.bytes;
         });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Safetensors file;
  try {
    file = parse_safetensors(file_of({data, size}));
  } catch (const Error&) {
    return 0;
  }
  const std::vector<std::uint8_t> written = serialize_safetensors(file);
  const Safetensors again = parse_safetensors(written);
  fuzz::check(same(again, file), "what is written is read back");
  fuzz::check(serialize_safetensors(again) == written, "equal contents give equal bytes");
  try {
    const Model model = from_safetensors(file);
    const Safetensors saved = to_safetensors(model);
    for (const auto& [name, tensor] : saved.tensors) {
      fuzz::check(file.tensors.at(name).bytes == tensor.bytes, "a model keeps its parameters");
    }
    fuzz::check(same(to_safetensors(from_safetensors(saved)), saved), "a model is rebuilt from what it saved");
  } catch (const Error&) {
  }
  try {
    checkpoint_config(file);
  } catch (const Error&) {
  }
  return 0;
}
