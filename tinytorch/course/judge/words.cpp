#include "tinytorch/course/judge/words.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "tinytorch/base/hash.h"

namespace tinytorch::course {
namespace {

constexpr std::size_t kShown = 8;

template <class T>
T element(const StoredTensor& stored, std::size_t i) {
  T value;
  std::memcpy(&value, stored.bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

std::string number_text(double value, int digits) {
  char text[40];
  if (std::isnan(value)) return "nan";  // of either sign
  std::snprintf(text, sizeof text, "%.*g", digits, value == 0 ? 0.0 : value);
  return text;
}

std::string element_text(const StoredTensor& stored, std::size_t i, int digits) {
  if (stored.dtype == DType::F32) return number_text(element<float>(stored, i), digits);
  if (stored.dtype == DType::F64) return number_text(element<double>(stored, i), digits);
  if (stored.dtype == DType::I64) return std::to_string(element<std::int64_t>(stored, i));
  return "?";
}

std::size_t count_of(const StoredTensor& stored) {
  return stored.bytes.size() / static_cast<std::size_t>(byte_size(stored.dtype));
}

std::string describe(const StoredTensor& stored) {
  const std::size_t count = count_of(stored);
  if (stored.shape.empty() && count == 1) return element_text(stored, 0, 9);
  std::string words = to_string(stored.shape) + " [";
  for (std::size_t i = 0; i < count && i < kShown; ++i) words += (i == 0 ? "" : ", ") + element_text(stored, i, 6);
  return words + (count > kShown ? ", …]" : "]");
}

}  // namespace

std::string describe(const Array& array) { return describe(store(array)); }

std::string describe(std::span<const std::int64_t> values, const Shape& shape) {
  std::string words = shape.size() == 1 ? "[" : to_string(shape) + " [";
  for (std::size_t i = 0; i < values.size() && i < kShown; ++i) words += (i == 0 ? "" : ", ") + std::to_string(values[i]);
  return words + (values.size() > kShown ? ", …]" : "]");
}

std::string describe(double number) { return number_text(number, 9); }

std::string describe(float number) {
  if (!std::isfinite(number) || number == 0) return number_text(number, 1);
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

std::string describe(const Values& values, const std::set<std::string>& flags) {
  std::string words;
  for (const auto& [name, stored] : values.content().tensors) {
    words += (words.empty() ? "" : ", ") + name + " ";
    words += flags.count(name) == 0 ? describe(stored) : values.flag(name) ? "true" : "false";
  }
  for (const auto& [name, text] : values.content().metadata)
    words += (words.empty() ? "" : ", ") + name + " \"" + (text.size() > 60 ? text.substr(0, 60) + "…" : text) + "\"";
  return words;
}

std::string describe_error(const std::vector<std::string>& parts) {
  std::string words;
  for (const std::string& part : parts) words += (words.empty() ? " that says \"" : ", \"") + part + "\"";
  return "an Error" + words;
}

std::string position(std::int64_t flat, const Shape& shape) {
  std::string words;
  for (std::size_t axis = shape.size(); axis-- > 0; flat /= shape[axis])
    words = std::to_string(flat % shape[axis]) + (words.empty() ? "" : ", ") + words;
  return "[" + words + "]";
}

std::string fingerprint(const Values& answer) {
  std::uint64_t hash = fnv1a("");
  const auto add = [&hash](const std::string& text) { hash = fnv1a("\xff", fnv1a(text, hash)); };
  for (const auto& [name, stored] : answer.content().tensors) {
    add(name + to_string(stored.shape));
    for (std::size_t i = 0; i < count_of(stored); ++i) add(element_text(stored, i, 5));
  }
  for (const auto& [name, text] : answer.content().metadata)
    if (name != "nonce") add(name + "=" + text);
  return hex_text(hash);
}

}  // namespace tinytorch::course
