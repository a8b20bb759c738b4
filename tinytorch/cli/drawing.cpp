#include "tinytorch/cli/drawing.h"

#include <algorithm>
#include <cmath>

#include "tinytorch/cli/terminal.h"

namespace tinytorch::cli {
namespace {

/// The 24 greys of a 256-colour terminal begin at number 232.
std::string grey(std::uint8_t pixel) { return std::to_string(232 + pixel * 23 / 255); }

const char* half_block(bool top, bool bottom) { return top ? (bottom ? "█" : "▀") : (bottom ? "▄" : " "); }

}  // namespace

std::vector<std::string> draw_image(std::span<const std::uint8_t> pixels, std::int64_t width, bool colour) {
  const std::int64_t height = static_cast<std::int64_t>(pixels.size()) / width;
  const auto at = [&](std::int64_t y, std::int64_t x) {
    return y < height ? pixels[static_cast<std::size_t>(y * width + x)] : std::uint8_t{0};
  };
  constexpr std::uint8_t kInk = 96;  // a pixel this bright counts as drawn where there are no shades
  std::vector<std::string> lines;
  for (std::int64_t y = 0; y < height; y += 2) {
    std::string line;
    for (std::int64_t x = 0; x < width; ++x) {
      const std::uint8_t top = at(y, x), bottom = at(y + 1, x);
      if (colour) {
        line += "\033[38;5;" + grey(top) + ";48;5;" + grey(bottom) + "m▀";
      } else {
        line += half_block(top >= kInk, bottom >= kInk);
      }
    }
    lines.push_back(line + (colour ? "\033[0m" : ""));
  }
  return lines;
}

std::vector<std::string> draw_probabilities(std::span<const float> probabilities) {
  constexpr int kWidth = 24;
  constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const auto eighths = static_cast<int>(std::lround(probabilities[i] * kWidth * 8));
    std::string line = std::to_string(i) + " ";
    for (int full = 0; full < eighths / 8; ++full) line += "█";
    line += kEighths[eighths % 8];
    line.append(static_cast<std::size_t>(kWidth - eighths / 8 - (eighths % 8 > 0)), ' ');
    lines.push_back(line + padded(percent(probabilities[i]), 9));
  }
  return lines;
}

std::vector<std::string> beside(std::vector<std::string> left, std::size_t left_width,
                                const std::vector<std::string>& right) {
  left.resize(std::max(left.size(), right.size()), std::string(left_width, ' '));
  for (std::size_t i = 0; i < right.size(); ++i) left[i] += "  " + right[i];
  return left;
}

}  // namespace tinytorch::cli
