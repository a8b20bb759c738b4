#include "tinytorch/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/io/text.h"

namespace tinytorch {
namespace {

static_assert(std::endian::native == std::endian::little, "the format's bytes are taken as they are");

struct DTypeRow {
  std::string_view name;
  std::int64_t bytes;
};
constexpr DTypeRow kDTypes[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"F8_E8M0", 1},
                                {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},     {"U32", 4},
                                {"F32", 4},  {"F64", 8}, {"I64", 8}, {"U64", 8},     {"C64", 8}};
static_assert(std::size(kDTypes) == static_cast<std::size_t>(DType::C64) + 1);

std::int64_t checked_size(const std::string& name, const StoredTensor& tensor) {
  const auto bad = [&](const std::string& what) {
    throw Error("[safetensors] tensor " + in_quotes(name) + ": " + what);
  };
  if (name == "__metadata__") bad("this name is the format's own");
  if (!is_utf8(name)) bad("the name is not UTF-8");
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(element_count(tensor.shape), byte_size(tensor.dtype), &bytes) ||
      static_cast<std::uint64_t>(bytes) != tensor.bytes.size()) {
    bad(std::to_string(tensor.bytes.size()) + " bytes for " + std::string(to_string(tensor.dtype)) + " " +
        to_string(tensor.shape));
  }
  return bytes;
}

/// In the order of their data: wide elements first, so that each tensor lies at a multiple of its element's size (the
/// header is padded to 8), then by name.
std::vector<std::pair<const std::string, StoredTensor> const*> layout(const Safetensors& file) {
  std::vector<std::pair<const std::string, StoredTensor> const*> order;
  for (const auto& item : file.tensors) order.push_back(&item);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [](const auto* item) { return byte_size(item->second.dtype); });
  return order;
}

/// Length, JSON and padding: all that stands before the data.
std::string make_header(const Safetensors& file) {
  // Put together as text, so that the order is ours and the cost linear; strings are the JSON library's.
  const auto json = [](const auto& value) { return nlohmann::json(value).dump(); };
  std::string text = "{";
  const auto separate = [&text] {
    if (text.back() != '{') text += ',';
  };
  if (!file.metadata.empty()) {
    text += "\"__metadata__\":{";
    for (const auto& [key, value] : file.metadata) {
      if (!is_utf8(key) || !is_utf8(value)) throw Error("[safetensors] metadata " + in_quotes(key) + ": not UTF-8");
      separate();
      text += json(key) + ":" + json(value);
    }
    text += '}';
  }
  std::int64_t offset = 0;
  for (const auto* item : layout(file)) {
    const auto& [name, tensor] = *item;
    const std::int64_t end = offset + checked_size(name, tensor);
    separate();
    text += json(name) + ":{\"dtype\":" + json(to_string(tensor.dtype)) + ",\"shape\":" + json(tensor.shape) +
            ",\"data_offsets\":" + json(std::vector{offset, end}) + "}";
    offset = end;
  }
  text += '}';
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > 100'000'000) throw Error("[safetensors] the header would be over the format's 100 MB");
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(text.size() >> (8 * i));
  return length + text;
}

std::span<const std::uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string_view to_string(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].name; }
std::int64_t byte_size(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].bytes; }

StoredTensor store(const Array& array) {
  StoredTensor stored{DType::F32, array.shape(), std::vector<std::uint8_t>(array.values().size_bytes())};
  if (!stored.bytes.empty()) std::memcpy(stored.bytes.data(), array.data(), stored.bytes.size());
  return stored;
}

Array restore(const StoredTensor& stored, std::string_view name) {
  const auto bad = [&](const std::string& what) { throw Error("[restore] tensor " + in_quotes(name) + ": " + what); };
  if (stored.dtype != DType::F32) bad("dtype is " + std::string(to_string(stored.dtype)) + " where F32 is needed");
  if (stored.bytes.size() % 4 != 0 ||
      element_count(stored.shape) != static_cast<std::int64_t>(stored.bytes.size() / 4)) {
    bad(std::to_string(stored.bytes.size()) + " bytes for F32 " + to_string(stored.shape));
  }
  Array array(stored.shape);
  if (!stored.bytes.empty()) std::memcpy(array.data(), stored.bytes.data(), stored.bytes.size());
  return array;
}

Safetensors read_safetensors(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  try {
    return parse_safetensors(bytes);
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
}

std::vector<std::uint8_t> serialize_safetensors(const Safetensors& file) {
  const std::string header = make_header(file);
  std::vector<std::uint8_t> bytes(header.begin(), header.end());
  for (const auto* item : layout(file)) bytes.insert(bytes.end(), item->second.bytes.begin(), item->second.bytes.end());
  return bytes;
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& file) {
  std::string header;
  try {
    header = make_header(file);
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
  write_file(path, [&](const ByteSink& sink) {
    sink(as_bytes(header));
    for (const auto* item : layout(file)) sink(item->second.bytes);
  });
}

}  // namespace tinytorch
