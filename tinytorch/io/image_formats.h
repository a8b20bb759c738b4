#pragma once
#include "tinytorch/io/image.h"

namespace tinytorch {

constexpr std::int64_t kMostImageSide = 4096;

/// @throws Error if an image of these sizes is empty or too large, before memory is taken for it.
void check_image_size(std::int64_t width, std::int64_t height);

GrayImage parse_png(std::span<const std::uint8_t> bytes);
GrayImage parse_pgm(std::span<const std::uint8_t> bytes);

}  // namespace tinytorch
