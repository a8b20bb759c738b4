#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace tinytorch {

/// An 8-bit grey image, row-major, 0 black.
struct GrayImage {
  std::int64_t width = 0, height = 0;
  std::vector<std::uint8_t> pixels;
};

/// PNG (any colour type; colours become luma, transparency lies on white) or PGM (P2, P5, up to 16 bit), by content.
/// @throws Error saying what is wrong; images over 4096×4096 are refused before memory is taken.
GrayImage parse_image(std::span<const std::uint8_t> bytes);
GrayImage read_image(const std::filesystem::path& path);

/// Makes any image look like one of MNIST's, 28×28: bright ink on black (inverted if the border's median is over 127),
/// contrast stretched, the ink's box scaled to fit 20×20 and its centre of mass put in the middle, to the nearest pixel
/// and as far as the box stays inside. An image that is 28×28 already is only inverted, if that; one without ink
/// becomes black.
GrayImage to_mnist_image(const GrayImage& image);

}  // namespace tinytorch
