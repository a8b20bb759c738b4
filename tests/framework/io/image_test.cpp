#include "tinytorch/io/image.h"

#include <gmock/gmock.h>
#include <png.h>

#include <cstring>
#include <filesystem>

#include "tests/framework/io/throws.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ::testing::ElementsAre;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// A PNG of 8-bit samples: colour type 0 grey, 2 RGB, 4 grey and alpha, 6 RGBA; or 16-bit ones, big-endian.
Bytes make_png(std::uint32_t width, std::uint32_t height, int colour_type, const Bytes& samples, int depth = 8,
               int interlace = PNG_INTERLACE_NONE) {
  Bytes out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &out,
      [](png_structp p, png_bytep data, std::size_t size) {
        auto* bytes = static_cast<Bytes*>(png_get_io_ptr(p));
        bytes->insert(bytes->end(), data, data + size);
      },
      [](png_structp) {});
  png_set_IHDR(png, info, width, height, depth, colour_type, interlace, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  std::vector<png_bytep> rows;
  for (std::uint32_t y = 0; y < height; ++y) {
    rows.push_back(const_cast<png_bytep>(samples.data() + y * (samples.size() / height)));
  }
  png_write_image(png, rows.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return out;
}

TEST(Png, GreyPixelsComeBackAsTheyAre) {
  Bytes all(256);
  for (std::size_t i = 0; i < 256; ++i) all[i] = static_cast<std::uint8_t>(i);
  for (const int interlace : {PNG_INTERLACE_NONE, PNG_INTERLACE_ADAM7}) {
    const GrayImage image = parse_image(make_png(32, 8, PNG_COLOR_TYPE_GRAY, all, 8, interlace));
    EXPECT_EQ(image.width, 32);
    EXPECT_EQ(image.height, 8);
    EXPECT_EQ(image.pixels, all);
  }
}

TEST(Png, ColoursBecomeLuma) {
  const GrayImage image =
      parse_image(make_png(4, 1, PNG_COLOR_TYPE_RGB, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255}));
  // 0.299 R + 0.587 G + 0.114 B of ITU-R BT.601, rounded.
  EXPECT_THAT(image.pixels, ElementsAre(76, 150, 29, 255));
}

TEST(Png, TransparencyLiesOnWhite) {
  const GrayImage image = parse_image(make_png(3, 1, PNG_COLOR_TYPE_GRAY_ALPHA, {0, 255, 0, 0, 0, 51}));
  EXPECT_THAT(image.pixels, ElementsAre(0, 255, 204));  // black ink that covers all, nothing, a fifth
  EXPECT_THAT(parse_image(make_png(1, 1, PNG_COLOR_TYPE_RGB_ALPHA, {0, 0, 0, 0})).pixels, ElementsAre(255));
}

TEST(Png, SixteenBitsKeepTheirBrightness) {
  const GrayImage image = parse_image(make_png(3, 1, PNG_COLOR_TYPE_GRAY, {0, 0, 0x80, 0x80, 255, 255}, 16));
  EXPECT_THAT(image.pixels, ElementsAre(0, 128, 255));
}

TEST(Png, OneBitAndFewColoursAreRead) {
  EXPECT_THAT(parse_image(make_png(8, 1, PNG_COLOR_TYPE_GRAY, {0b10100000}, 1)).pixels,
              ElementsAre(255, 0, 255, 0, 0, 0, 0, 0));
}

TEST(Png, EveryCutAndEveryDamagedByteIsAnErrorOrAnImage) {
  const Bytes good = make_png(6, 5, PNG_COLOR_TYPE_RGB, Bytes(90, 77));
  for (std::size_t size = 0; size < good.size() - 12; ++size) {  // the last 12 bytes are the end mark
    EXPECT_THROW(parse_image(std::span(good).first(size)), Error) << size;
  }
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 0x55;
    try {
      EXPECT_LE(parse_image(bad).pixels.size(), std::size_t{4096} * 4096);
    } catch (const Error&) {
    }
  }
}

/// A PNG that is a header alone, with a right checksum.
Bytes png_header(std::uint32_t width, std::uint32_t height) {
  Bytes png = make_png(1, 1, PNG_COLOR_TYPE_GRAY, {0});
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) png[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  };
  put(16, width), put(20, height);
  std::uint32_t crc = ~0u;  // CRC-32 over type and content, as in the PNG standard
  for (std::size_t i = 12; i < 29; ++i) {
    crc ^= png[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  put(29, ~crc);
  return png;
}

/// A header, a text chunk that claims a length, and an end.
Bytes png_text_chunk(std::uint32_t length) {
  Bytes png = make_png(1, 1, PNG_COLOR_TYPE_GRAY, {0});
  const Bytes end(png.end() - 12, png.end());
  png.resize(33);
  for (const int shift : {24, 16, 8, 0}) png.push_back(static_cast<std::uint8_t>(length >> shift));
  for (const char c : {'z', 'T', 'X', 't', '\0', '\0', '\0', '\0'}) png.push_back(static_cast<std::uint8_t>(c));
  png.insert(png.end(), end.begin(), end.end());
  return png;
}

TEST(Png, ChunksThatAreNotPixelsDoNotMatter) {
  Bytes png = make_png(2, 1, PNG_COLOR_TYPE_GRAY, {3, 200});
  const Bytes gamma = {0, 0, 0, 4, 'g', 'A', 'M', 'A', 0, 1, 0x86, 0xa0, 0x31, 0xe8, 0x96, 0x5f};  // linear light
  png.insert(png.begin() + 33, gamma.begin(), gamma.end());
  EXPECT_THAT(parse_image(png).pixels, ElementsAre(3, 200));
}

TEST(Pgm, TextAndBytesAreRead) {
  const GrayImage image = parse_image(bytes_of("P2\n# a comment\n3 2 # wide, high\n255\n0 1 2\n253 254 255\n"));
  EXPECT_EQ(image.width, 3);
  EXPECT_EQ(image.height, 2);
  EXPECT_THAT(image.pixels, ElementsAre(0, 1, 2, 253, 254, 255));
  EXPECT_THAT(parse_image(bytes_of("P5 2 1 255\n\n#")).pixels, ElementsAre('\n', '#'));  // pixels, not space
  EXPECT_THAT(parse_image(bytes_of("P5#c\r2#c\n1\n#c\n255\n  ")).pixels, ElementsAre(' ', ' '));
  EXPECT_THAT(parse_image(bytes_of("P2 1 1 9 9")).pixels, ElementsAre(255));
}

TEST(Pgm, OtherRangesAreScaledAndRounded) {
  EXPECT_THAT(parse_image(bytes_of("P2 4 1 3 0 1 2 3")).pixels, ElementsAre(0, 85, 170, 255));
  EXPECT_THAT(parse_image(bytes_of("P2 3 1 1000 0 500 1000")).pixels, ElementsAre(0, 128, 255));
  Bytes wide = bytes_of("P5 3 1 65535\n");
  wide.insert(wide.end(), {0, 0, 0x80, 0x80, 255, 255});
  EXPECT_THAT(parse_image(wide).pixels, ElementsAre(0, 128, 255));
}

struct BadImage {
  const char* name;
  Bytes bytes;
  const char* message;
};
void PrintTo(const BadImage& bad, std::ostream* out) { *out << bad.name; }

class BadImages : public ::testing::TestWithParam<BadImage> {};

TEST_P(BadImages, AreRefusedWithAClearMessage) {
  EXPECT_THAT([] { parse_image(GetParam().bytes); }, throws_error(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadImages,
    ::testing::Values(
        BadImage{"Empty", {}, "the file is empty"}, BadImage{"Text", bytes_of("hello"), "neither PNG nor PGM"},
        BadImage{"Jpeg", {0xff, 0xd8, 0xff, 0xe0}, "a JPEG: convert it to PNG"},
        BadImage{"ColourNetpbm", bytes_of("P6 1 1 255\nabc"), "another format of netpbm"},
        BadImage{"PngMagicAlone", {0x89, 'P', 'N', 'G'}, "[png]"},
        BadImage{"PngWrongMagic", {0x89, 'P', 'N', 'G', 1, 2, 3, 4, 5, 6, 7, 8}, "[png]"},
        BadImage{"PngTooWide", png_header(4097, 1), "4097×1 pixels: each side must be 1 to 4096"},
        BadImage{"PngTooHigh", png_header(1, 4097), "1×4097 pixels"},
        BadImage{"PngBomb", png_header(0x7fffffff, 0x7fffffff), "[png]"},
        BadImage{"PngZero", png_header(0, 1), "[png]"}, BadImage{"PngLyingSize", png_header(4096, 4096), "[png]"},
        BadImage{"PngLyingChunk", png_text_chunk(0x7fffffff), "claims 2147483647 bytes, but 12 follow"},
        BadImage{"PngCutChunk", {0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0}, "the chunk at byte 8 has no end"},
        BadImage{"PgmMagicAlone", bytes_of("P5"), "ends where the width should be at byte 2"},
        BadImage{"PgmNoHeight", bytes_of("P5 3"), "ends where the height should be"},
        BadImage{"PgmUnfinishedComment", bytes_of("P5 3 #"), "ends where the height"},
        BadImage{"PgmNegative", bytes_of("P5 -3 3 255\n"), "no number for the width at byte 3"},
        BadImage{"PgmLetters", bytes_of("P2 3x 3 255\n"), "no space behind the width"},
        BadImage{"PgmZeroWidth", bytes_of("P5 0 3 255\n"), "0×3 pixels"},
        BadImage{"PgmTooLarge", bytes_of("P5 4097 1 255\n"), "4097×1 pixels"},
        BadImage{"PgmEndlessNumber", bytes_of("P5 99999999999999999999 1 255\n"), "the width is over"},
        BadImage{"PgmNoRange", bytes_of("P2 1 1 0 0"), "the largest value is 0"},
        BadImage{"PgmWideRange", bytes_of("P2 1 1 65536 0"), "the largest value is over 65535"},
        BadImage{"PgmNoPixels", bytes_of("P5 1 1 255"), "ends behind its header"},
        BadImage{"PgmFewBytes", bytes_of("P5 2 2 255\nabc"), "2×2 pixels need 4 bytes, but 3 follow"},
        BadImage{"PgmManyBytes", bytes_of("P5 2 2 255\nabcde"), "need 4 bytes, but 5 follow"},
        BadImage{"PgmHalfWide", bytes_of("P5 1 1 256\na"), "need 2 bytes, but 1 follow"},
        BadImage{"PgmLyingSize", bytes_of("P2 4096 4096 255\n0 0"), "need at least 33554431 bytes"},
        BadImage{"PgmFewNumbers", bytes_of("P2 2 2 255\n100 100 100"), "ends where a pixel should be"},
        BadImage{"PgmManyNumbers", bytes_of("P2 2 1 255\n0 0 0"), "more pixels than 2×1"},
        BadImage{"PgmOverRange", bytes_of("P2 1 1 10 11"), "pixel 11 is over the largest value 10"}),
    [](const auto& test) { return test.param.name; });

TEST(ReadImage, ErrorsBeginWithThePath) {
  const TemporaryDirectory directory;
  const auto path = directory.path / "digit.png";
  EXPECT_THAT([&] { read_image(path); }, throws_error(path.string() + ": cannot be read"));
  write_file(path, "text");
  EXPECT_THAT([&] { read_image(path); }, throws_error(path.string() + ": [image] neither"));
  write_file(path, "P2 1 1 255 7");
  EXPECT_THAT(read_image(path).pixels, ElementsAre(7));
}

/// Dark strokes on paper, or bright ones on black: a filled rectangle.
GrayImage rectangle(std::int64_t width, std::int64_t height, std::int64_t left, std::int64_t top, std::int64_t right,
                    std::int64_t bottom, std::uint8_t ink, std::uint8_t paper) {
  GrayImage image{width, height, Bytes(static_cast<std::size_t>(width * height), paper)};
  for (std::int64_t y = top; y < bottom; ++y) {
    for (std::int64_t x = left; x < right; ++x) image.pixels[static_cast<std::size_t>(y * width + x)] = ink;
  }
  return image;
}

TEST(MnistImage, AnImageOfTheRightSizeIsLeftAlone) {
  GrayImage image = rectangle(28, 28, 3, 4, 9, 20, 200, 0);
  image.pixels[28 * 5 + 5] = 17;
  EXPECT_EQ(to_mnist_image(image).pixels, image.pixels);
  GrayImage inverted = image;
  for (auto& pixel : inverted.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
  EXPECT_EQ(to_mnist_image(inverted).pixels, image.pixels);
}

TEST(MnistImage, InkIsScaledToTwentyPixelsAndCentred) {
  // 40 by 80 of ink anywhere on paper of any grey becomes 10 by 20 in the middle.
  const GrayImage expected = rectangle(28, 28, 9, 4, 19, 24, 255, 0);
  for (const auto& [ink, paper] : {std::pair<int, int>{0, 255}, {20, 200}, {255, 0}, {90, 10}}) {
    for (const auto& [x, y] : {std::pair<int, int>{1, 1}, {30, 60}, {150, 15}}) {
      const GrayImage image =
          rectangle(200, 150, x, y, x + 40, y + 80, static_cast<std::uint8_t>(ink), static_cast<std::uint8_t>(paper));
      if (y + 80 > 150) continue;
      EXPECT_EQ(to_mnist_image(image).pixels, expected.pixels) << ink << " on " << paper << " at " << x << ", " << y;
    }
  }
}

TEST(MnistImage, SmallImagesGrow) {
  EXPECT_EQ(to_mnist_image(rectangle(4, 6, 1, 1, 2, 3, 255, 0)).pixels, rectangle(28, 28, 9, 4, 19, 24, 255, 0).pixels);
}

TEST(MnistImage, TheCentreOfMassGoesToTheMiddle) {
  // An L: 10 wide foot of 4 under a 4 wide stem of 16, ten times as large.
  GrayImage image = rectangle(400, 400, 50, 60, 90, 260, 255, 0);
  for (std::int64_t y = 220; y < 260; ++y) {
    for (std::int64_t x = 90; x < 150; ++x) image.pixels[static_cast<std::size_t>(y * 400 + x)] = 255;
  }
  const GrayImage result = to_mnist_image(image);
  double mass = 0, mx = 0, my = 0;
  for (int y = 0; y < 28; ++y) {
    for (int x = 0; x < 28; ++x) {
      const double value = result.pixels[static_cast<std::size_t>(28 * y + x)];
      mass += value, mx += value * (x + 0.5), my += value * (y + 0.5);
    }
  }
  // MNIST's centres lie in [14, 15). Rounding values to 1/255 moves the mean by far less than 0.01.
  EXPECT_GE(mx / mass, 13.99);
  EXPECT_LT(mx / mass, 15.01);
  EXPECT_GE(my / mass, 13.99);
  EXPECT_LT(my / mass, 15.01);
}

TEST(MnistImage, InkStaysInsideWhereTheMassIsAtOneEnd) {
  // A thick end and a hair: the box may move by 4 pixels at most, so that the hair's end is not cut off.
  GrayImage image = rectangle(500, 300, 50, 50, 90, 250, 255, 0);
  for (std::int64_t x = 90; x < 450; ++x) {
    for (std::int64_t y = 148; y < 152; ++y) image.pixels[static_cast<std::size_t>(y * 500 + x)] = 255;
  }
  const GrayImage result = to_mnist_image(image);
  int columns = 0;
  for (int x = 0; x < 28; ++x) {
    int most = 0;
    for (int y = 0; y < 28; ++y) most = std::max<int>(most, result.pixels[static_cast<std::size_t>(28 * y + x)]);
    columns += most > 0;
  }
  EXPECT_EQ(columns, 20);
}

TEST(MnistImage, WithoutInkItIsBlack) {
  for (const std::uint8_t paper : {0, 100, 255}) {
    EXPECT_EQ(to_mnist_image(rectangle(50, 40, 0, 0, 0, 0, 0, paper)).pixels, Bytes(784, 0));
  }
}

TEST(MnistImage, ExtremeShapesWork) {
  for (const auto& [width, height] : {std::pair<int, int>{1, 1}, {4096, 1}, {1, 4096}, {2, 2}, {28, 27}}) {
    GrayImage image = rectangle(width, height, 0, 0, width, height, 255, 0);
    image.pixels[0] = 1;
    EXPECT_EQ(to_mnist_image(image).pixels.size(), 784u);
  }
  EXPECT_THAT([] { to_mnist_image({}); }, throws_error("0×0 pixels"));
  EXPECT_THAT([] { to_mnist_image({2, 2, {1, 2, 3}}); }, throws_error("3 pixels for 2×2"));
}

}  // namespace
}  // namespace tinytorch
