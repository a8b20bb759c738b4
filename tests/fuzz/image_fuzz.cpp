#include <zlib.h>

#include <vector>

#include "tests/fuzz/check.h"
#include "tinytorch/base/error.h"
#include "tinytorch/io/image.h"

using namespace tinytorch;

namespace {

std::uint32_t big_endian(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

/// Writes the right checksum behind every chunk of a PNG, so that changed chunks are looked into.
void repair_png(std::vector<std::uint8_t>& file) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::uint64_t length = big_endian(&file[at]);
    if (length > file.size() - at - 12) return;
    const auto crc = static_cast<std::uint32_t>(::crc32(0, &file[at + 4], static_cast<uInt>(length + 4)));
    for (std::size_t i = 0; i < 4; ++i) file[at + 8 + length + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
    at += 12 + length;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> file(data, data + size);
  if (size >= 24 && file[0] == 0x89) {
    // A few bytes can hold a large and blank image: that is slow, but no fault.
    const std::uint64_t width = big_endian(&file[16]), height = big_endian(&file[20]);
    if (width <= 4096 && height <= 4096 && width * height > (1 << 18)) return 0;
    repair_png(file);
  }
  try {
    const GrayImage image = parse_image(file);
    fuzz::check(image.width >= 1 && image.height >= 1 && image.width <= 4096 && image.height <= 4096,
                "sizes in bounds");
    fuzz::check(image.pixels.size() == static_cast<std::size_t>(image.width * image.height), "a byte per pixel");
    const GrayImage digit = to_mnist_image(image);
    fuzz::check(digit.width == 28 && digit.height == 28 && digit.pixels.size() == 784, "28 by 28 pixels");
  } catch (const Error&) {
  }
  return 0;
}
