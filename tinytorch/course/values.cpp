#include "tinytorch/course/values.h"

#include <cstring>

#include "tinytorch/base/error.h"

namespace tinytorch::course {
namespace {

template <class T>
StoredTensor to_stored(DType dtype, std::span<const T> values, Shape shape) {
  StoredTensor stored{dtype, std::move(shape), std::vector<std::uint8_t>(values.size_bytes())};
  if (!values.empty()) std::memcpy(stored.bytes.data(), values.data(), values.size_bytes());
  return stored;
}

template <class T>
std::vector<T> from_stored(const StoredTensor& stored) {
  std::vector<T> values(stored.bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), stored.bytes.data(), values.size() * sizeof(T));
  return values;
}

/// Bytes of the UTF-8 character at the text's beginning; 0 if there is none: wrong bytes, too long a form, a surrogate.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                     (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return wrong ? 0 : size;
}

constexpr std::uint64_t kLongestHeader = 1 << 20;  // a few names and texts; a parsed header takes many times its bytes

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t size = character(text);
    result += size == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return result;
}

Values& Values::set(std::string_view name, const Array& array) {
  if (!array.defined())
    throw Error(std::string(name) + " is undefined: no gradient came to it, or nothing was returned");
  content_.tensors[std::string(name)] = store(array);
  return *this;
}

Values& Values::set_integers(std::string_view name, std::span<const std::int64_t> values, Shape shape) {
  if (element_count(shape) != static_cast<std::int64_t>(values.size()))
    throw Error("[set_integers] " + std::string(name) + ": " + std::to_string(values.size()) + " values do not fill shape " +
                to_string(shape));
  content_.tensors[std::string(name)] = to_stored(DType::I64, values, std::move(shape));
  return *this;
}

Values& Values::set_integers(std::string_view name, const std::vector<std::int64_t>& values) {
  return set_integers(name, values, {static_cast<std::int64_t>(values.size())});
}

Values& Values::set(std::string_view name, double number) {
  content_.tensors[std::string(name)] = to_stored(DType::F64, std::span<const double>(&number, 1), {});
  return *this;
}

Values& Values::set(std::string_view name, std::int64_t number) {
  content_.tensors[std::string(name)] = to_stored(DType::I64, std::span<const std::int64_t>(&number, 1), {});
  return *this;
}

Values& Values::set(std::string_view name, std::string_view text) {
  content_.metadata[std::string(name)] = valid_utf8(text);
  return *this;
}

bool Values::has(std::string_view name) const {
  return content_.tensors.count(std::string(name)) != 0 || content_.metadata.count(std::string(name)) != 0;
}

const StoredTensor& Values::stored(std::string_view name, DType dtype) const {
  const auto found = content_.tensors.find(std::string(name));
  if (found == content_.tensors.end()) throw Error("there is no value `" + std::string(name) + "`");
  if (found->second.dtype != dtype)
    throw Error("`" + std::string(name) + "` holds " + std::string(to_string(found->second.dtype)) + ", not " +
                std::string(to_string(dtype)));
  return found->second;
}

Array Values::array(std::string_view name) const { return restore(stored(name, DType::F32), name); }

std::vector<std::int64_t> Values::integers(std::string_view name) const {
  return from_stored<std::int64_t>(stored(name, DType::I64));
}

Shape Values::shape(std::string_view name) const {
  const auto found = content_.tensors.find(std::string(name));
  if (found == content_.tensors.end()) throw Error("there is no value `" + std::string(name) + "`");
  return found->second.shape;
}

double Values::number(std::string_view name) const {
  const std::vector<double> values = from_stored<double>(stored(name, DType::F64));
  if (values.size() != 1) throw Error("`" + std::string(name) + "` is not one number");
  return values[0];
}

std::int64_t Values::integer(std::string_view name) const {
  const std::vector<std::int64_t> values = integers(name);
  if (values.size() != 1) throw Error("`" + std::string(name) + "` is not one integer");
  return values[0];
}

std::string Values::text(std::string_view name) const {
  const auto found = content_.metadata.find(std::string(name));
  if (found == content_.metadata.end()) throw Error("there is no text `" + std::string(name) + "`");
  return found->second;
}

void Values::erase(std::string_view name) {
  content_.tensors.erase(std::string(name));
  content_.metadata.erase(std::string(name));
}

std::vector<std::uint8_t> Values::serialize() const { return serialize_safetensors(content_); }

Values Values::parse(std::span<const std::uint8_t> bytes) {
  std::uint64_t header = 0;
  if (bytes.size() >= sizeof header) std::memcpy(&header, bytes.data(), sizeof header);
  if (header > kLongestHeader) throw Error("names and texts take " + std::to_string(header) + " bytes");
  Values values;
  values.content_ = parse_safetensors(bytes);
  return values;
}

}  // namespace tinytorch::course
