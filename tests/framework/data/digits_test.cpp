#include "tinytorch/data/digits.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "tests/framework/message_of.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/data/digit_styles.h"

namespace tinytorch {
namespace {

using ::testing::HasSubstr;
using testing::message_of;

struct Threads {
  explicit Threads(int count) : saved(thread_count()) { set_thread_count(count); }
  ~Threads() { set_thread_count(saved); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  int saved;
};

TEST(Digits, AreTheSameForAnyNumberOfThreads) {
  Dataset one;
  {
    const Threads threads(1);
    one = draw_digits(2345, 1, 0);
  }
  const Threads threads(3);
  const Dataset three = draw_digits(2345, 1, 0);
  EXPECT_TRUE(one.pixels == three.pixels);
  EXPECT_TRUE(one.labels == three.labels);
}

TEST(Digits, DependOnSeedAndStream) {
  const Dataset data = draw_digits(100, 1, 0);
  EXPECT_TRUE(draw_digits(100, 1, 0).pixels == data.pixels);
  EXPECT_FALSE(draw_digits(100, 2, 0).pixels == data.pixels);
  EXPECT_FALSE(draw_digits(100, 1, 1).pixels == data.pixels);
  EXPECT_FALSE(draw_digits(100, 2, 0).labels == data.labels);
}

TEST(Digits, DoNotDependOnHowManyAreDrawn) {
  const Dataset few = draw_digits(57, 3, 0), many = draw_digits(1234, 3, 0);
  EXPECT_TRUE(many.first(57).pixels == few.pixels);
  EXPECT_TRUE(many.first(57).labels == few.labels);
}

TEST(Digits, ComeInEqualSharesAndRandomOrder) {
  const Dataset data = draw_digits(1000, 1, 0);
  for (int digit = 0; digit < 10; ++digit) EXPECT_EQ(std::ranges::count(data.labels, digit), 100);
  EXPECT_FALSE(std::equal(data.labels.begin(), data.labels.begin() + 10, data.labels.begin() + 10));
}

TEST(Digits, AreAllDifferent) {
  const Dataset data = draw_digits(1000, 1, 0);
  std::set<std::string> images;
  for (std::int64_t i = 0; i < data.size(); ++i) images.emplace(data.image(i).begin(), data.image(i).end());
  EXPECT_EQ(images.size(), 1000u);
}

TEST(Digits, AreCentredByMassInsideADarkBorder) {
  const Dataset data = draw_digits(5000, 1, 0);
  EXPECT_EQ(data.height, 28);
  EXPECT_EQ(data.width, 28);
  for (std::int64_t i = 0; i < data.size(); ++i) {
    double mass = 0, x = 0, y = 0;
    for (std::int64_t row = 0; row < 28; ++row) {
      for (std::int64_t column = 0; column < 28; ++column) {
        const double value = data.image(i)[static_cast<std::size_t>(row * 28 + column)];
        mass += value;
        x += value * static_cast<double>(column);
        y += value * static_cast<double>(row);
        const bool border = row == 0 || row == 27 || column == 0 || column == 27;
        ASSERT_TRUE(!border || value == 0) << "image " << i;
      }
    }
    ASSERT_GT(mass, 10 * 255) << "image " << i << " has hardly any ink";
    // It is moved by whole pixels: at most half a pixel is left, and the rounding of pixels to 8 bits.
    ASSERT_NEAR(x / mass, 14, 0.51) << "image " << i;
    ASSERT_NEAR(y / mass, 14, 0.51) << "image " << i;
  }
}

TEST(Digits, HaveSeveralStylesEachOfStrokesThatCanBeDrawn) {
  std::array<int, 10> styles{};
  for (const DigitStyle& style : digit_styles()) {
    ++styles.at(static_cast<std::size_t>(style.digit));
    EXPECT_GT(style.weight, 0);
    ASSERT_FALSE(style.strokes.empty());
    for (const Stroke& stroke : style.strokes) {
      ASSERT_GE(stroke.size(), 2u);
      // A corner is a point twice between two others, never at an end.
      EXPECT_TRUE(stroke[0].x != stroke[1].x || stroke[0].y != stroke[1].y);
    }
  }
  for (const int count : styles) EXPECT_GE(count, 3);
}

TEST(Digits, ReportProgressUpToTheEnd) {
  std::vector<std::int64_t> seen;
  draw_digits(1777, 1, 0, [&](std::int64_t done) { seen.push_back(done); });
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.back(), 1777);
}

TEST(Digits, StopWhenProgressThrows) {
  EXPECT_EQ(message_of([] { draw_digits(5000, 1, 0, [](std::int64_t) { throw Error("stop"); }); }), "stop");
}

TEST(Digits, RefuseCountsThatCannotBe) {
  EXPECT_EQ(draw_digits(0, 1, 0).size(), 0);
  EXPECT_THAT(message_of([] { draw_digits(-1, 1, 0); }), HasSubstr("-1 images"));
  EXPECT_THAT(message_of([] { draw_digits(std::int64_t{1} << 60, 1, 0); }), HasSubstr("can be drawn"));
  const TemporaryDirectory directory;
  EXPECT_THROW(make_digits(directory.path, {0, 10, 1}), Error);
  EXPECT_THROW(make_digits(directory.path, {10, 0, 1}), Error);
}

TEST(MakeDigits, WritesFilesThatLoad) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path / "new" / "digits";
  std::int64_t last = 0;
  make_digits(path, {300, 70, 5}, [&](std::int64_t done, std::int64_t total) {
    EXPECT_EQ(total, 370);
    last = done;
  });
  EXPECT_EQ(last, 370);
  const DataSplits splits = load_idx_directory(path);
  EXPECT_TRUE(splits.train.pixels == draw_digits(300, 5, 0).pixels);
  EXPECT_TRUE(splits.train.labels == draw_digits(300, 5, 0).labels);
  EXPECT_TRUE(splits.test.pixels == draw_digits(70, 5, 1).pixels);
  EXPECT_EQ(std::ranges::distance(std::filesystem::directory_iterator(path)), 4);  // nothing temporary is left
}

TEST(MakeDigits, WritesTheSameBytesForTheSameSeed) {
  const TemporaryDirectory directory;
  make_digits(directory.path / "a", {200, 20, 5});
  make_digits(directory.path / "b", {200, 20, 5});
  for (const char* name : {"train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}) {
    EXPECT_TRUE(read_file(directory.path / "a" / name) == read_file(directory.path / "b" / name));
  }
}

TEST(MakeDigits, NamesADirectoryThatCannotBeMade) {
  const TemporaryDirectory directory;
  write_file(directory.path / "file", "");
  EXPECT_THAT(message_of([&] {
                make_digits(directory.path / "file" / "digits", {10, 10, 1});
              }),
              HasSubstr("file/digits: the directory cannot be made"));
}

}  // namespace
}  // namespace tinytorch
