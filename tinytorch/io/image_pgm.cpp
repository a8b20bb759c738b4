#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/io/image_formats.h"

/// PGM, the format of netpbm: "P2" or "P5", width, height, the value of white, then the pixels, as text or as bytes.
namespace tinytorch {
namespace {

bool is_space(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw Error("[pgm] " + what + " at byte " + std::to_string(at_));
  }

  bool at_end() const { return at_ == bytes_.size(); }
  std::size_t position() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }

  /// Spaces, and comments from # to the end of the line.
  void skip_space() {
    while (!at_end() && (is_space(bytes_[at_]) || bytes_[at_] == '#')) {
      if (bytes_[at_] == '#') {
        while (!at_end() && bytes_[at_] != '\n' && bytes_[at_] != '\r') ++at_;
      } else {
        ++at_;
      }
    }
  }

  std::int64_t number(const char* what, std::int64_t most) {
    skip_space();
    if (at_end()) fail(std::string("the file ends where ") + what + " should be");
    if (!is_digit(bytes_[at_])) fail(std::string("no number for ") + what);
    std::int64_t value = 0;
    for (; !at_end() && is_digit(bytes_[at_]); ++at_) {
      value = value * 10 + (bytes_[at_] - '0');
      if (value > most) fail(std::string(what) + " is over " + std::to_string(most));
    }
    if (!at_end() && !is_space(bytes_[at_]) && bytes_[at_] != '#') fail(std::string("no space behind ") + what);
    return value;
  }

  std::uint8_t byte() { return bytes_[at_++]; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 2;  // behind the magic
};

}  // namespace

GrayImage parse_pgm(std::span<const std::uint8_t> bytes) {
  const bool text = bytes[1] == '2';
  Reader reader(bytes);
  const std::int64_t width = reader.number("the width", 1'000'000'000);
  const std::int64_t height = reader.number("the height", 1'000'000'000);
  const std::int64_t white = reader.number("the largest value", 65535);
  check_image_size(width, height);
  if (white == 0) reader.fail("the largest value is 0");
  if (!text && reader.at_end()) reader.fail("the file ends behind its header");
  if (!text) reader.byte();  // exactly one space; the next byte may be a pixel that looks like one

  const std::size_t count = static_cast<std::size_t>(width * height);
  const std::size_t sample_bytes = text || white < 256 ? 1 : 2;
  // In text every pixel takes a digit and, but for the last, a space.
  if (text ? reader.left() + 1 < 2 * count : reader.left() != count * sample_bytes) {
    reader.fail(std::to_string(width) + "×" + std::to_string(height) + " pixels need " + (text ? "at least " : "") +
                std::to_string(text ? 2 * count - 1 : count * sample_bytes) + " bytes, but " +
                std::to_string(reader.left()) + " follow");
  }
  GrayImage image{width, height, std::vector<std::uint8_t>(count)};
  for (std::uint8_t& pixel : image.pixels) {
    std::int64_t value = 0;
    if (text) {
      value = reader.number("a pixel", 65535);
    } else {
      for (std::size_t i = 0; i < sample_bytes; ++i) value = value << 8 | reader.byte();
    }
    if (value > white)
      reader.fail("pixel " + std::to_string(value) + " is over the largest value " + std::to_string(white));
    pixel = static_cast<std::uint8_t>((value * 255 + white / 2) / white);
  }
  if (text) reader.skip_space();
  if (!reader.at_end()) reader.fail("more pixels than " + std::to_string(width) + "×" + std::to_string(height));
  return image;
}

}  // namespace tinytorch
