#pragma once
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

/// How values are written into a file's metadata, and names from a file into messages.
namespace tinytorch {

/// A name in quotes, safe to print: control characters and quotes escaped, long names cut.
std::string in_quotes(std::string_view name);

bool is_utf8(std::string_view text);

/// The shortest decimal text that reads back as the same number ("0.1", "1e-08", "nan").
template <class Number>
std::string exact_text(Number value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

/// The number that all of the text spells; nothing if it spells none or one out of range.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace tinytorch
