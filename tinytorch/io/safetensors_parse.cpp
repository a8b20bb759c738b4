#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "tinytorch/base/error.h"
#include "tinytorch/io/safetensors.h"
#include "tinytorch/io/text.h"

namespace tinytorch {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMostHeaderBytes = 100'000'000;
constexpr std::size_t kMostAxes = 64;  // as many as NumPy has

[[noreturn]] void fail(const std::string& what) { throw Error("[safetensors] " + what); }

std::optional<DType> find_dtype(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(DType::C64); ++i) {
    if (to_string(static_cast<DType>(i)) == name) return static_cast<DType>(i);
  }
  return {};
}

/// What the header says of one tensor.
struct Entry {
  std::optional<DType> dtype;
  std::optional<Shape> shape;
  std::optional<std::vector<std::uint64_t>> offsets;
};

/// Receives the header's JSON event by event and accepts nothing but the format: an object of tensors, each an object
/// of dtype, shape and data_offsets, and one object of strings named __metadata__. So no depth and no size is ever
/// reserved for what does not belong there, and a second use of a name is seen.
class HeaderReader : public nlohmann::json::json_sax_t {
 public:
  std::map<std::string, Entry> entries;
  std::map<std::string, std::string> metadata;

  bool start_object(std::size_t) override {
    if (place_ == Place::start) {
      place_ = Place::header;
    } else if (place_ == Place::header && name_ == "__metadata__") {
      place_ = Place::metadata;
    } else if (place_ == Place::header) {
      place_ = Place::tensor;
      entry_ = &entries[name_];
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool key(std::string& text) override {
    if (place_ == Place::header) {
      const bool seen = text == "__metadata__" ? std::exchange(has_metadata_, true) : entries.contains(text);
      if (seen) fail("header: the name " + in_quotes(text) + " occurs twice");
      name_ = text;
    } else if (place_ == Place::metadata) {
      if (metadata.contains(text)) fail("header: the name " + in_quotes(text) + " occurs twice in __metadata__");
      key_ = text;
    } else {
      if (text != "dtype" && text != "shape" && text != "data_offsets") {
        fail("tensor " + in_quotes(name_) + ": unknown field " + in_quotes(text) +
             "; dtype, shape and data_offsets are known");
      }
      const bool seen = text == "dtype"   ? entry_->dtype.has_value()
                        : text == "shape" ? entry_->shape.has_value()
                                          : entry_->offsets.has_value();
      if (seen) fail("tensor " + in_quotes(name_) + ": the field " + in_quotes(text) + " occurs twice");
      key_ = text;
    }
    return true;
  }

  bool string(std::string& text) override {
    if (place_ == Place::metadata) {
      metadata[key_] = text;
    } else if (place_ == Place::tensor && key_ == "dtype") {
      entry_->dtype = find_dtype(text);
      if (!entry_->dtype) fail("tensor " + in_quotes(name_) + ": unknown dtype " + in_quotes(text));
    } else {
      unexpected("the string " + in_quotes(text));
    }
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ != Place::tensor || key_ == "dtype") unexpected("an array");
    place_ = Place::array;
    key_ == "shape" ? static_cast<void>(entry_->shape.emplace()) : static_cast<void>(entry_->offsets.emplace());
    return true;
  }

  bool number_unsigned(std::uint64_t value) override {
    if (place_ != Place::array) unexpected("the number " + std::to_string(value));
    if (key_ == "shape") {
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        fail("tensor " + in_quotes(name_) + ": size " + std::to_string(value) + " is more than 63 bits hold");
      }
      if (entry_->shape->size() == kMostAxes) fail("tensor " + in_quotes(name_) + ": more than 64 axes");
      entry_->shape->push_back(static_cast<std::int64_t>(value));
    } else {
      if (entry_->offsets->size() == 2) fail("tensor " + in_quotes(name_) + ": data_offsets has more than 2 numbers");
      entry_->offsets->push_back(value);
    }
    return true;
  }

  bool end_array() override {
    place_ = Place::tensor;
    if (key_ == "data_offsets" && entry_->offsets->size() != 2) {
      fail("tensor " + in_quotes(name_) + ": data_offsets has " + std::to_string(entry_->offsets->size()) +
           " numbers instead of 2");
    }
    return true;
  }

  bool end_object() override {
    if (place_ == Place::tensor) {
      const char* missing = !entry_->dtype     ? "dtype"
                            : !entry_->shape   ? "shape"
                            : !entry_->offsets ? "data_offsets"
                                               : nullptr;
      if (missing) fail("tensor " + in_quotes(name_) + ": has no " + missing);
    }
    place_ = place_ == Place::header ? Place::end : Place::header;
    return true;
  }

  bool number_integer(std::int64_t value) override { return unexpected("the number " + std::to_string(value)); }
  bool number_float(double, const std::string& text) override { return unexpected("the number " + text); }
  bool boolean(bool value) override { return unexpected(value ? "true" : "false"); }
  bool null() override { return unexpected("null"); }
  bool binary(binary_t&) override { return unexpected("binary data"); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 9: syntax error …": the place in bytes is enough.
    std::string reason = error.what();
    const std::size_t colon = reason.find(": ");
    if (colon != std::string::npos) reason.erase(0, colon + 2);
    for (char& c : reason) {
      if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
    }
    fail("header is not valid JSON at byte " + std::to_string(kLengthBytes + position) + ": " + reason.substr(0, 200));
  }

 private:
  enum class Place { start, header, metadata, tensor, array, end };

  bool unexpected(const std::string& what) {
    switch (place_) {
      case Place::metadata:
        fail("__metadata__ " + in_quotes(key_) + ": " + what + " instead of a string");
      case Place::tensor:
        fail("tensor " + in_quotes(name_) + ": " + what + " as its " + key_);
      case Place::array:
        fail("tensor " + in_quotes(name_) + ": " + what + " in its " + key_ + ", which holds counts");
      default:
        fail("header: " + what + " as the value of " + in_quotes(name_) + " instead of an object");
    }
  }

  Place place_ = Place::start;
  std::string name_, key_;
  Entry* entry_ = nullptr;
  bool has_metadata_ = false;
};

HeaderReader read_header(std::string_view header) {
  if (header.empty() || header.front() != '{') fail("header does not begin with '{' at byte 8");
  // The JSON parser takes a zero byte for the end of its input.
  if (const std::size_t zero = header.find('\0'); zero != header.npos) {
    fail("header holds a zero byte at byte " + std::to_string(kLengthBytes + zero));
  }
  HeaderReader reader;
  nlohmann::json::sax_parse(header.begin(), header.end(), &reader);
  return reader;
}

std::uint64_t data_size(const std::string& name, const Entry& entry) {
  std::uint64_t bytes = static_cast<std::uint64_t>(byte_size(*entry.dtype));
  for (const std::int64_t size : *entry.shape) {
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes)) {
      fail("tensor " + in_quotes(name) + ": shape " + to_string(*entry.shape) +
           " is more bytes than 64 bits can count");
    }
  }
  return bytes;
}

/// Every byte of the data belongs to exactly one tensor, and to one of the size that dtype and shape give.
void check_layout(const std::map<std::string, Entry>& entries, std::uint64_t data_bytes) {
  struct Piece {
    std::uint64_t begin, end;
    const std::string* name;
  };
  std::vector<Piece> pieces;
  for (const auto& [name, entry] : entries) {
    const std::uint64_t begin = (*entry.offsets)[0], end = (*entry.offsets)[1];
    const std::string range = "bytes " + std::to_string(begin) + " to " + std::to_string(end);
    if (begin > end) fail("tensor " + in_quotes(name) + ": data_offsets run backwards, " + range);
    if (end > data_bytes) {
      fail("tensor " + in_quotes(name) + ": " + range + ", but there are only " + std::to_string(data_bytes) +
           " bytes of data");
    }
    const std::uint64_t needed = data_size(name, entry);
    if (end - begin != needed) {
      fail("tensor " + in_quotes(name) + ": " + range + " are " + std::to_string(end - begin) + " bytes, but " +
           std::string(to_string(*entry.dtype)) + " " + to_string(*entry.shape) + " takes " + std::to_string(needed));
    }
    pieces.push_back({begin, end, &name});
  }
  std::ranges::sort(pieces, [](const Piece& a, const Piece& b) {
    return std::tie(a.begin, a.end, *a.name) < std::tie(b.begin, b.end, *b.name);
  });
  std::uint64_t covered = 0;
  for (const Piece& piece : pieces) {
    if (piece.begin < covered) {
      fail("tensor " + in_quotes(*piece.name) + ": overlaps another one at data byte " + std::to_string(piece.begin));
    }
    if (piece.begin > covered) {
      fail("tensor " + in_quotes(*piece.name) + ": begins at data byte " + std::to_string(piece.begin) +
           ", which leaves a gap behind byte " + std::to_string(covered));
    }
    covered = piece.end;
  }
  if (covered != data_bytes) {
    fail(std::to_string(data_bytes - covered) + " bytes at the end belong to no tensor, from data byte " +
         std::to_string(covered));
  }
}

}  // namespace

Safetensors parse_safetensors(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kLengthBytes) {
    fail(std::to_string(bytes.size()) + " bytes are too few: the header's length alone takes 8");
  }
  std::uint64_t header_bytes = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) header_bytes |= std::uint64_t{bytes[i]} << (8 * i);
  if (header_bytes > kMostHeaderBytes) {
    fail("header length " + std::to_string(header_bytes) + " is over the limit of 100000000 bytes");
  }
  if (header_bytes > bytes.size() - kLengthBytes) {
    fail("header length " + std::to_string(header_bytes) +
         " reaches past the end: " + std::to_string(bytes.size() - kLengthBytes) + " bytes follow");
  }
  const auto header = bytes.subspan(kLengthBytes, header_bytes);
  const auto data = bytes.subspan(kLengthBytes + header_bytes);

  HeaderReader reader = read_header({reinterpret_cast<const char*>(header.data()), header.size()});
  check_layout(reader.entries, data.size());

  Safetensors file;
  file.metadata = std::move(reader.metadata);
  for (auto& [name, entry] : reader.entries) {
    const std::uint64_t begin = (*entry.offsets)[0], end = (*entry.offsets)[1];
    const auto values = data.subspan(begin, end - begin);
    file.tensors.emplace(name, StoredTensor{*entry.dtype, std::move(*entry.shape), {values.begin(), values.end()}});
  }
  return file;
}

}  // namespace tinytorch
