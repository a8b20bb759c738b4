#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tinytorch::cli {

/// A grey image in lines of text, two rows of pixels to a line: half-block characters, in 24 shades with colour and in
/// two without. Every line fills `width` columns.
std::vector<std::string> draw_image(std::span<const std::uint8_t> pixels, std::int64_t width, bool colour);

/// One line per class: "7 ███████▌      74.31 %".
std::vector<std::string> draw_probabilities(std::span<const float> probabilities);

/// Two drawings beside each other; missing lines of the left one are `left_width` blanks.
std::vector<std::string> beside(std::vector<std::string> left, std::size_t left_width,
                                const std::vector<std::string>& right);

}  // namespace tinytorch::cli
