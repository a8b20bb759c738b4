#include "tinytorch/io/image.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/io/image_formats.h"

namespace tinytorch {
namespace {

constexpr std::int64_t kSide = 28;  // of an image of MNIST
constexpr double kInkSide = 20;     // of the box that holds its digit

/// The pixel values around the edge, sorted.
std::vector<std::uint8_t> sorted_border(const GrayImage& image) {
  std::vector<std::uint8_t> border;
  for (std::int64_t y = 0; y < image.height; ++y) {
    const bool edge_row = y == 0 || y == image.height - 1;
    const std::int64_t step = edge_row ? 1 : std::max<std::int64_t>(image.width - 1, 1);
    for (std::int64_t x = 0; x < image.width; x += step) {
      border.push_back(image.pixels[static_cast<std::size_t>(y * image.width + x)]);
    }
  }
  std::ranges::sort(border);
  return border;
}

/// Sets the background to 0 and the brightest ink to 255. The noise of the paper, as its border shows it, becomes 0
/// too; a clean image keeps its faintest ink.
void stretch_contrast(GrayImage& image, int background, int noise) {
  const int range = *std::ranges::max_element(image.pixels) - background;
  const int dirt = std::min(2 * noise, range / 4);
  for (std::uint8_t& pixel : image.pixels) {
    const int ink = pixel - background;
    pixel = static_cast<std::uint8_t>(ink > dirt ? (ink * 255 + range / 2) / range : 0);
  }
}

/// Where the ink is, in pixels; [left, right) by [top, bottom), and its centre of mass.
struct Ink {
  std::int64_t left, right, top, bottom;
  double x, y;
};

Ink find_ink(const GrayImage& image) {
  Ink ink{image.width, 0, image.height, 0, 0, 0};
  double mass = 0;
  for (std::int64_t y = 0; y < image.height; ++y) {
    for (std::int64_t x = 0; x < image.width; ++x) {
      const double value = image.pixels[static_cast<std::size_t>(y * image.width + x)];
      if (value == 0) continue;
      ink.left = std::min(ink.left, x), ink.right = std::max(ink.right, x + 1);
      ink.top = std::min(ink.top, y), ink.bottom = std::max(ink.bottom, y + 1);
      ink.x += value * (static_cast<double>(x) + 0.5), ink.y += value * (static_cast<double>(y) + 0.5);
      mass += value;
    }
  }
  ink.x /= mass, ink.y /= mass;
  return ink;
}

/// Mean over the rectangle [x0, x1) × [y0, y1), pixels at its edge by the share that lies inside; outside all is black.
double mean_over(const GrayImage& image, double x0, double x1, double y0, double y1) {
  const auto share = [](std::int64_t i, double low, double high) {
    return std::min(high, static_cast<double>(i + 1)) - std::max(low, static_cast<double>(i));
  };
  const auto first = [](double low) { return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(low))); };
  const auto last = [](double high, std::int64_t size) {
    return std::min(size, static_cast<std::int64_t>(std::ceil(high)));
  };
  double sum = 0;
  for (std::int64_t y = first(y0); y < last(y1, image.height); ++y) {
    double row = 0;
    for (std::int64_t x = first(x0); x < last(x1, image.width); ++x) {
      row += image.pixels[static_cast<std::size_t>(y * image.width + x)] * share(x, x0, x1);
    }
    sum += row * share(y, y0, y1);
  }
  return sum / ((x1 - x0) * (y1 - y0));
}

}  // namespace

void check_image_size(std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1 || width > kMostImageSide || height > kMostImageSide) {
    throw Error("[image] " + std::to_string(width) + "×" + std::to_string(height) + " pixels: each side must be 1 to " +
                std::to_string(kMostImageSide));
  }
}

GrayImage parse_image(std::span<const std::uint8_t> bytes) {
  const auto begins = [&](std::string_view magic) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
  };
  if (bytes.empty()) throw Error("[image] the file is empty");
  if (begins("\x89PNG")) return parse_png(bytes);
  if (begins("P2") || begins("P5")) return parse_pgm(bytes);
  const bool netpbm = begins("P1") || begins("P3") || begins("P4") || begins("P6");
  const std::string found = begins("\xff\xd8\xff") ? ", but a JPEG"
                            : begins("GIF8")       ? ", but a GIF"
                            : begins("BM")         ? ", but a BMP"
                            : netpbm               ? ", but another format of netpbm"
                                                   : "";
  throw Error("[image] neither PNG nor PGM (P2, P5)" + found + ": convert it to PNG");
}

GrayImage read_image(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = read_file(path, std::uint64_t{256} << 20);
  try {
    return parse_image(bytes);
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what());
  }
}

GrayImage to_mnist_image(const GrayImage& image) {
  check_image_size(image.width, image.height);
  if (image.pixels.size() != static_cast<std::size_t>(image.width * image.height)) {
    throw Error("[image] " + std::to_string(image.pixels.size()) + " pixels for " + std::to_string(image.width) + "×" +
                std::to_string(image.height));
  }
  GrayImage source = image;
  const std::vector<std::uint8_t> border = sorted_border(source);
  int background = border[border.size() / 2];
  const bool bright = background > 127;
  if (bright) {
    for (std::uint8_t& pixel : source.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
    background = 255 - background;
  }
  if (source.width == kSide && source.height == kSide) return source;

  const int noise = std::abs(border[border.size() * (bright ? 1 : 49) / 50] - border[border.size() / 2]);
  stretch_contrast(source, background, noise);
  GrayImage result{kSide, kSide, std::vector<std::uint8_t>(kSide * kSide, 0)};
  if (std::ranges::max(source.pixels) == 0) return result;  // no ink
  const Ink ink = find_ink(source);
  // Source pixels per pixel of the result. The ink's box begins at a whole pixel, as in MNIST, so that straight edges
  // stay sharp; the centre of mass comes to [14, 15), where it is in all of MNIST; and the box does not leave the
  // result.
  const double step = static_cast<double>(std::max(ink.right - ink.left, ink.bottom - ink.top)) / kInkSide;
  const auto edge = [&](double mass, std::int64_t low, std::int64_t high) {
    const double room = std::floor(kSide - static_cast<double>(high - low) / step);
    constexpr double kRounding = 1e-9;  // a centre that is a whole number but for rounding counts as one
    const double place = std::ceil(kSide / 2.0 - (mass - static_cast<double>(low)) / step - kRounding);
    return static_cast<double>(low) - std::clamp(place, 0.0, room) * step;
  };
  const double x0 = edge(ink.x, ink.left, ink.right), y0 = edge(ink.y, ink.top, ink.bottom);
  for (std::int64_t y = 0; y < kSide; ++y) {
    for (std::int64_t x = 0; x < kSide; ++x) {
      const double left = x0 + static_cast<double>(x) * step, top = y0 + static_cast<double>(y) * step;
      const double value = mean_over(source, left, left + step, top, top + step);
      result.pixels[static_cast<std::size_t>(y * kSide + x)] =
          static_cast<std::uint8_t>(std::lround(std::min(value, 255.0)));
    }
  }
  return result;
}

}  // namespace tinytorch
