#pragma once
#include <string>
#include <string_view>

#include "tinytorch/io/safetensors.h"
#include "tinytorch/tensor/tensor.h"

namespace tinytorch::course {

/// The text with U+FFFD for every byte that is not part of a UTF-8 character.
std::string valid_utf8(std::string_view text);

/// Named arrays, integers, numbers and texts: what a scenario is given, and what it answers. They travel between judge and
/// worker as one safetensors message, which is also the file that `tt debug` hands to a debugger or to Python.
/// Getters never trust a message: a name that is missing or of another kind is an Error that names it.
class Values {
 public:
  Values& set(std::string_view name, const Array& array);  ///< F32. @throws Error if it is undefined
  Values& set(std::string_view name, const Tensor&) = delete;  // say .value() or .grad()
  Values& set_integers(std::string_view name, std::span<const std::int64_t> values, Shape shape);
  Values& set_integers(std::string_view name, const std::vector<std::int64_t>& values);  ///< shape (n,)
  Values& set(std::string_view name, double number);       ///< F64, shape ()
  Values& set(std::string_view name, std::int64_t number);  ///< I64, shape ()
  Values& set(std::string_view name, int number) { return set(name, std::int64_t{number}); }
  Values& set(std::string_view name, bool flag) { return set(name, std::int64_t{flag}); }
  Values& set(std::string_view name, std::string_view text);  ///< as valid_utf8 makes it
  Values& set(std::string_view name, const char* text) { return set(name, std::string_view(text)); }

  bool has(std::string_view name) const;  ///< of any kind
  Array array(std::string_view name) const;
  std::vector<std::int64_t> integers(std::string_view name) const;
  Shape shape(std::string_view name) const;  ///< of an array or of integers
  double number(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const { return integer(name) != 0; }
  std::string text(std::string_view name) const;
  void erase(std::string_view name);

  const Safetensors& content() const { return content_; }
  std::vector<std::uint8_t> serialize() const;
  /// @throws Error if the bytes are not one message, or its names and texts take more than 1 MB.
  static Values parse(std::span<const std::uint8_t> bytes);

 private:
  const StoredTensor& stored(std::string_view name, DType dtype) const;
  Safetensors content_;
};

}  // namespace tinytorch::course
