#include <png.h>

#include <string>

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

}  // namespace

GrayImage parse_png(std::span<const std::uint8_t> bytes) {
  PngReader reader(bytes);
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
