#include "tinytorch/data/idx.h"

#include <gmock/gmock.h>

#include <numeric>

#include "tests/framework/message_of.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using Bytes = std::vector<std::uint8_t>;

// gzip of "hello" by GNU gzip -n, and of "" likewise.
const Bytes kHello{0x1f, 0x8b, 8,    0, 0,    0,    0,    0,    0, 3, 0xcb, 0x48, 0xcd,
                   0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0,    0};
const Bytes kEmpty{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};

std::string text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }
std::string parse_error(const Bytes& bytes) {
  return message_of([&] { parse_idx(bytes); });
}

TEST(ParseIdx, ReadsShapeAndValues) {
  const IdxArray array = parse_idx(Bytes{0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255});
  EXPECT_EQ(array.shape, (Shape{2, 3}));
  EXPECT_EQ(array.values, (Bytes{1, 2, 3, 4, 5, 255}));
}

TEST(ParseIdx, ReadsSizesWithTheHighestByteFirst) {
  Bytes bytes{0, 0, 8, 1, 0, 1, 2, 3};
  bytes.resize(bytes.size() + 0x010203, 7);
  EXPECT_EQ(parse_idx(bytes).shape, (Shape{0x010203}));
}

TEST(ParseIdx, TakesNoAxesAsOneValueAndASizeOfZeroAsNone) {
  EXPECT_EQ(parse_idx(Bytes{0, 0, 8, 0, 42}).values, Bytes{42});
  EXPECT_EQ(parse_idx(Bytes{0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 28}).shape, (Shape{0, 28}));
}

TEST(ParseIdx, SaysAtWhichByteAHeaderIsWrong) {
  EXPECT_THAT(parse_error({}), HasSubstr("[idx] byte 0: the file ends inside the four bytes"));
  EXPECT_THAT(parse_error({0, 0, 8}), HasSubstr("byte 3"));
  EXPECT_THAT(parse_error({0, 1, 8, 1, 0, 0, 0, 0}), HasSubstr("byte 1: an IDX file begins with two zero bytes"));
  EXPECT_THAT(parse_error({0x1f, 0x8b, 8, 0}), HasSubstr("byte 0"));
  EXPECT_THAT(parse_error({0, 0, 13, 1, 0, 0, 0, 0}), HasSubstr("byte 2: type 13 instead of 8"));
  EXPECT_THAT(parse_error({0, 0, 8, 3, 0, 0, 0, 1, 0, 0}),
              HasSubstr("byte 10: the file ends inside the sizes of its 3 axes"));
  EXPECT_THAT(parse_error({0, 0, 8, 255}), HasSubstr("255 axes"));
}

TEST(ParseIdx, RefusesFewerOrMoreValuesThanTheHeaderSays) {
  EXPECT_THAT(parse_error({0, 0, 8, 1, 0, 0, 0, 3, 1, 2}),
              HasSubstr("(3,), 3 values, but 2 follow; the file is cut short"));
  EXPECT_THAT(parse_error({0, 0, 8, 1, 0, 0, 0, 1, 1, 2}), HasSubstr("1 values, but 2 follow; the file is too long"));
  // 4 GB by its header: refused before memory is asked for.
  EXPECT_THAT(parse_error({0, 0, 8, 1, 255, 255, 255, 255, 1}), HasSubstr("4294967295 values, but 1 follow"));
}

TEST(ParseIdx, RefusesSizesWhoseProductOverflows) {
  Bytes bytes{0, 0, 8, 3};
  bytes.insert(bytes.end(), 12, 255);
  EXPECT_THAT(parse_error(bytes), HasSubstr("byte 8: the product of the sizes overflows"));
  // 2^16 four times is 2^64, which is 0 to a 64-bit product that wraps.
  EXPECT_THAT(parse_error({0, 0, 8, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0}), HasSubstr("overflows"));
}

TEST(ParseIdx, EndsInAnArrayOrAnErrorForAnyBytes) {
  Rng rng(7);
  int arrays = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    Bytes bytes(rng.below(24));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.below(4));
    if (bytes.size() > 3 && trial % 2 == 0) bytes[0] = bytes[1] = 0, bytes[2] = 8;
    try {
      const IdxArray array = parse_idx(bytes);
      ASSERT_EQ(static_cast<std::size_t>(element_count(array.shape)), array.values.size());
      ++arrays;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(arrays, 10);  // the trial reaches good files too
}

TEST(Gunzip, InflatesWhatGzipWrote) {
  EXPECT_EQ(text(gunzip(kHello)), "hello");
  EXPECT_TRUE(gunzip(kEmpty).empty());
}

TEST(Gunzip, JoinsMembers) {
  Bytes two = kHello;
  two.insert(two.end(), kEmpty.begin(), kEmpty.end());
  two.insert(two.end(), kHello.begin(), kHello.end());
  EXPECT_EQ(text(gunzip(two)), "hellohello");
}

TEST(Gunzip, RefusesEveryCut) {
  for (std::size_t length = 0; length < kHello.size(); ++length) {
    EXPECT_THAT(message_of([&] { gunzip(std::span(kHello).first(length)); }), HasSubstr("the gzip data is cut short"));
  }
}

TEST(Gunzip, RefusesDamage) {
  Bytes wrong_checksum = kHello, wrong_length = kHello, garbage_behind = kHello;
  wrong_checksum[17] ^= 1;
  wrong_length[21] ^= 1;
  garbage_behind.insert(garbage_behind.end(), {'g', 'a', 'r'});
  EXPECT_THAT(message_of([&] { gunzip(wrong_checksum); }), HasSubstr("damaged (incorrect data check)"));
  EXPECT_THAT(message_of([&] { gunzip(wrong_length); }), HasSubstr("damaged (incorrect length check)"));
  EXPECT_THAT(message_of([&] { gunzip(garbage_behind); }), HasSubstr("damaged (incorrect header check)"));
}

TEST(Gunzip, StopsAtTheLimit) {
  EXPECT_EQ(gunzip(kHello, 5).size(), 5u);
  EXPECT_THAT(message_of([&] { gunzip(kHello, 4); }), HasSubstr("inflates to more than the limit of 4 bytes"));
  EXPECT_EQ(gunzip(kEmpty, 0).size(), 0u);
  EXPECT_EQ(gunzip(kHello, ~std::uint64_t{0}).size(), 5u);
}

TEST(IdxFile, ReadsBackWhatItWrotePlainAndGzip) {
  const TemporaryDirectory directory;
  IdxArray array{{1000, 28, 28}, Bytes(784000)};
  Rng rng(1);  // random bytes: deflate fills its output piece several times
  for (std::uint8_t& value : array.values) value = static_cast<std::uint8_t>(rng.next());
  for (const char* name : {"plain", "packed.gz"}) {
    write_idx(directory.path / name, array);
    const IdxArray back = read_idx(directory.path / name);
    EXPECT_EQ(back.shape, array.shape);
    EXPECT_TRUE(back.values == array.values);
  }
  EXPECT_EQ(read_file(directory.path / "plain").size(), 4 + 12 + 784000u);
  EXPECT_EQ(read_file(directory.path / "packed.gz")[0], 0x1f);
}

TEST(IdxFile, IsReadByItsContentNotItsName) {
  const TemporaryDirectory directory;
  write_idx(directory.path / "a.gz", {{2}, {1, 2}});
  std::filesystem::rename(directory.path / "a.gz", directory.path / "a");
  EXPECT_EQ(read_idx(directory.path / "a").values, (Bytes{1, 2}));
}

TEST(IdxFile, HasNoTimeInIt) {
  const TemporaryDirectory directory;
  write_idx(directory.path / "a.gz", {{2}, {1, 2}});
  const Bytes bytes = read_file(directory.path / "a.gz");
  EXPECT_EQ(Bytes(bytes.begin() + 3, bytes.begin() + 8), Bytes(5, 0));  // no flags (so no name), and the time 0
}

TEST(IdxFile, ErrorsBeginWithThePath) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path / "images";
  EXPECT_THAT(message_of([&] { read_idx(path); }), ::testing::StartsWith(path.string()));
  write_file(path, "no idx");
  EXPECT_THAT(message_of([&] { read_idx(path); }), ::testing::StartsWith(path.string() + ": [idx] byte 0"));
  write_file(path, std::span(kHello).first(20));
  EXPECT_THAT(message_of([&] { read_idx(path); }), ::testing::StartsWith(path.string() + ": [gunzip] byte 20"));
}

TEST(IdxFile, IsNotWrittenFromAnArrayThatContradictsItself) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path / "x";
  EXPECT_THAT(message_of([&] { write_idx(path, {{3}, {1, 2}}); }), HasSubstr("(3,) does not hold 2 values"));
  EXPECT_THAT(message_of([&] { write_idx(path, {{-1}, {}}); }), HasSubstr("32 bits"));
  EXPECT_THAT(message_of([&] { write_idx(path, {{0, std::int64_t{1} << 32}, {}}); }), HasSubstr("32 bits"));
  EXPECT_THAT(message_of([&] { write_idx(path, {Shape(256, 1), {1}}); }), HasSubstr("255"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace tinytorch
