#include <png.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tinytorch/base/error.h"
#include "tinytorch/io/image_formats.h"

namespace tinytorch {
namespace {

/// libpng's simplified interface: it reports errors by value, so none of its jumps crosses our frames.
class PngReader {
 public:
  explicit PngReader(std::span<const std::uint8_t> bytes) {
    image_.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size())) fail();
  }
  ~PngReader() { png_image_free(&image_); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  std::int64_t width() const { return image_.width; }
  std::int64_t height() const { return image_.height; }

  /// Red, green, blue, alpha of each pixel.
  std::vector<std::uint8_t> read() {
    image_.format = PNG_FORMAT_RGBA;
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit values mean what 8-bit ones do
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image_));
    if (!png_image_finish_read(&image_, nullptr, pixels.data(), 0, nullptr)) fail();
    return pixels;
  }

 private:
  [[noreturn]] void fail() const { throw Error(std::string("[png] ") + image_.message); }

  png_image image_{};
};

/// The same file with nothing but the chunks that make its pixels. libpng takes memory on a chunk's word, and texts and
/// colour profiles may inflate to any size: here each length is checked against the bytes that are there.
std::vector<std::uint8_t> pixel_chunks(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kSignature = 8, kAround = 12;  // around a chunk's content: length, type, checksum
  std::vector<std::uint8_t> kept(bytes.begin(), bytes.begin() + std::min(kSignature, bytes.size()));
  for (std::size_t at = kSignature; at < bytes.size();) {
    const auto fail = [&](const std::string& what) {
      throw Error("[png] the chunk at byte " + std::to_string(at) + what + ": the file is cut short or damaged");
    };
    if (bytes.size() - at < kAround) fail(" has no end");
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | bytes[at + i];
    if (length > bytes.size() - at - kAround) {
      fail(" claims " + std::to_string(length) + " bytes, but " + std::to_string(bytes.size() - at - kAround) +
           " follow");
    }
    const auto chunk = bytes.subspan(at, kAround + length);
    const std::string_view type(reinterpret_cast<const char*>(&chunk[4]), 4);
    const bool critical = type[0] >= 'A' && type[0] <= 'Z';
    if (critical || type == "tRNS") kept.insert(kept.end(), chunk.begin(), chunk.end());
    if (type == "IEND") break;
    at += chunk.size();
  }
  return kept;
}

}  // namespace

GrayImage parse_png(std::span<const std::uint8_t> bytes) {
  const std::vector<std::uint8_t> kept = pixel_chunks(bytes);
  PngReader reader(kept);
  check_image_size(reader.width(), reader.height());
  const std::vector<std::uint8_t> rgba = reader.read();
  GrayImage image{reader.width(), reader.height(), std::vector<std::uint8_t>(rgba.size() / 4)};
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const std::uint8_t* p = &rgba[4 * i];
    // Luma of ITU-R BT.601 in thousandths, then white paper where the pixel is transparent.
    const unsigned luma = (299u * p[0] + 587u * p[1] + 114u * p[2] + 500) / 1000;
    image.pixels[i] = static_cast<std::uint8_t>((luma * p[3] + 255u * (255u - p[3]) + 127) / 255);
  }
  return image;
}

}  // namespace tinytorch
