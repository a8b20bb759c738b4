#include "tinytorch/io/safetensors.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <bit>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "tests/framework/io/throws.h"
#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A file with this header, its true length in front, and so many bytes of data.
Bytes file_of(const std::string& header, std::size_t data_bytes = 0) {
  Bytes bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(header.size() >> (8 * i)));
  bytes.insert(bytes.end(), header.begin(), header.end());
  for (std::size_t i = 0; i < data_bytes; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  return bytes;
}

Bytes with_length(std::uint64_t length, std::size_t following) {
  Bytes bytes(8 + following, ' ');
  for (int i = 0; i < 8; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(length >> (8 * i));
  return bytes;
}

Safetensors example() {
  Safetensors file;
  file.tensors["b"] = store(Array({2, 3}, {1, -2, 0.5f, 1e-45f, 3e38f, -0.0f}));
  file.tensors["a"] = {DType::U8, {3}, {7, 8, 255}};
  file.tensors["scalar"] = store(Array({}, {42}));
  file.tensors["empty"] = {DType::I64, {4, 0}, {}};
  file.tensors["größe\n\"x\""] = {DType::BF16, {1, 1}, {0x80, 0x3f}};
  file.metadata = {{"format", "pt"}, {"", "\u0001 ünï ✓"}};
  return file;
}

void expect_equal(const Safetensors& a, const Safetensors& b) {
  EXPECT_EQ(a.metadata, b.metadata);
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    ASSERT_TRUE(b.tensors.contains(name)) << name;
    EXPECT_EQ(tensor.dtype, b.tensors.at(name).dtype);
    EXPECT_EQ(tensor.shape, b.tensors.at(name).shape);
    EXPECT_EQ(tensor.bytes, b.tensors.at(name).bytes);
  }
}

TEST(Safetensors, WhatIsWrittenIsReadBack) {
  const Safetensors file = example();
  const Bytes bytes = serialize_safetensors(file);
  expect_equal(parse_safetensors(bytes), file);
  EXPECT_EQ(serialize_safetensors(parse_safetensors(bytes)), bytes);
}

TEST(Safetensors, EveryValueOfAFloatKeepsItsBits) {
  const Array array({5}, {std::numeric_limits<float>::quiet_NaN(), -0.0f, std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max()});
  const Array back = restore(store(array), "x");
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(back.values()[i]), std::bit_cast<std::uint32_t>(array.values()[i]));
  }
  EXPECT_EQ(restore(store(Array(Shape{0, 3})), "x").shape(), (Shape{0, 3}));
}

TEST(Safetensors, BytesOfASmallFileAreTheOnesOfTheFormat) {
  Safetensors file;
  file.tensors["w"] = store(Array({2}, {1, 2}));
  const std::string header = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  Bytes expected = file_of(header + std::string(8 - header.size() % 8, ' '));
  for (const int byte : {0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}) expected.push_back(static_cast<std::uint8_t>(byte));
  EXPECT_EQ(serialize_safetensors(file), expected);
}

TEST(Safetensors, DataBeginsAtAMultipleOfEightAndWideElementsLieFirst) {
  const Bytes bytes = serialize_safetensors(example());
  EXPECT_EQ(bytes[0] % 8, 0);
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_LT(text.find("\"empty\""), text.find("\"b\""));
  EXPECT_LT(text.find("\"b\""), text.find("\"scalar\""));
  EXPECT_LT(text.find("\"scalar\""), text.find("\"gr"));
  EXPECT_LT(text.find("\"gr"), text.find("\"a\""));
}

TEST(Safetensors, ReadsWhatTheFormatAllows) {
  EXPECT_TRUE(parse_safetensors(file_of("{}")).tensors.empty());
  EXPECT_TRUE(parse_safetensors(file_of("{}      ")).tensors.empty());
  EXPECT_TRUE(parse_safetensors(file_of(R"({"__metadata__":{}})")).metadata.empty());
  // Fields in any order, data in another order than the names, empty tensors between.
  const Safetensors file = parse_safetensors(file_of(R"({"a":{"shape":[2],"data_offsets":[1,3],"dtype":"U8"},
      "e":{"dtype":"F64","shape":[0],"data_offsets":[1,1]},"z":{"dtype":"BOOL","shape":[],"data_offsets":[0,1]},
      "f":{"dtype":"F64","shape":[9,0,9],"data_offsets":[3,3]}})",
                                                     3));
  EXPECT_EQ(file.tensors.at("a").bytes, (Bytes{1, 2}));
  EXPECT_EQ(file.tensors.at("z").bytes, (Bytes{0}));
  EXPECT_EQ(file.tensors.at("z").shape, Shape{});
  EXPECT_EQ(file.tensors.at("f").shape, (Shape{9, 0, 9}));
}

TEST(Safetensors, KnowsEveryElementTypeByItsSize) {
  for (int i = 0; i <= static_cast<int>(DType::C64); ++i) {
    const DType dtype = static_cast<DType>(i);
    const auto size = static_cast<std::size_t>(byte_size(dtype));
    const std::string header = R"({"t":{"dtype":")" + std::string(to_string(dtype)) +
                               R"(","shape":[3],"data_offsets":[0,)" + std::to_string(3 * size) + "]}}";
    EXPECT_EQ(parse_safetensors(file_of(header, 3 * size)).tensors.at("t").dtype, dtype);
    EXPECT_THROW(parse_safetensors(file_of(header, 3 * size + 1)), Error);
  }
}

struct BadFile {
  const char* name;
  Bytes bytes;
  const char* message;  ///< what the error must contain
};
void PrintTo(const BadFile& bad, std::ostream* out) { *out << bad.name; }

class BadSafetensors : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadSafetensors, IsRefusedWithAClearMessage) {
  EXPECT_THAT([] { parse_safetensors(GetParam().bytes); }, throws_error(GetParam().message));
}

std::string tensor(const std::string& shape, const std::string& offsets, const std::string& dtype = "U8") {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}
Bytes one(const std::string& shape, const std::string& offsets, std::size_t data, const std::string& dtype = "U8") {
  return file_of(R"({"t":)" + tensor(shape, offsets, dtype) + "}", data);
}
Bytes two(const std::string& a, const std::string& b, std::size_t data, const std::string& name = "b") {
  return file_of(R"({"a":)" + a + ",\"" + name + "\":" + b + "}", data);
}

INSTANTIATE_TEST_SUITE_P(
    Length, BadSafetensors,
    ::testing::Values(BadFile{"Empty", {}, "0 bytes are too few"}, BadFile{"Short", Bytes(7), "7 bytes are too few"},
                      BadFile{"NoHeader", with_length(0, 0), "does not begin with '{'"},
                      BadFile{"PastTheEnd", with_length(3, 2), "header length 3 reaches past the end: 2 bytes follow"},
                      BadFile{"OverTheLimit", with_length(100'000'001, 2), "over the limit of 100000000"},
                      BadFile{"AllOnes", with_length(~std::uint64_t{0}, 64), "header length 18446744073709551615"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Json, BadSafetensors,
    ::testing::Values(BadFile{"Array", file_of("[]"), "does not begin with '{'"},
                      BadFile{"SpaceInFront", file_of(" {}"), "does not begin with '{' at byte 8"},
                      BadFile{"ByteOrderMark", file_of("\xef\xbb\xbf{}"), "does not begin with '{'"},
                      BadFile{"Unfinished", file_of(R"({"t":{"dtype")"), "not valid JSON at byte"},
                      BadFile{"TrailingText", file_of("{}x"), "not valid JSON at byte 11"},
                      BadFile{"TwoObjects", file_of("{}{}"), "not valid JSON"},
                      BadFile{"ZeroByteBehind", file_of(std::string("{}\0garbage", 10)), "zero byte at byte 10"},
                      BadFile{"Comment", file_of("{/**/}"), "not valid JSON"},
                      BadFile{"InvalidUtf8", file_of("{\"\xff\":1}"), "UTF-8"},
                      BadFile{"OverlongUtf8", file_of("{\"\xc0\x80\":1}"), "UTF-8"},
                      BadFile{"SurrogateUtf8", file_of("{\"\xed\xa0\x80\":1}"), "UTF-8"},
                      BadFile{"LoneSurrogateEscape", file_of(R"({"\ud800":1})"), "surrogate"},
                      BadFile{"DeepNesting", file_of(std::string(1'000'000, '[').insert(0, "{\"a\":")), "an array"},
                      BadFile{"DeepObjects", file_of(R"({"a":{"dtype":{"a":{)"), "an object as its dtype"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, BadSafetensors,
    ::testing::Values(
        BadFile{"DuplicateName", two(tensor("[1]", "[0,1]"), tensor("[1]", "[1,2]"), 2, "a"), "\"a\" occurs twice"},
        BadFile{"DuplicateNameByEscape", two(tensor("[1]", "[0,1]"), tensor("[1]", "[1,2]"), 2, "\\u0061"),
                "\"a\" occurs twice"},
        BadFile{"DuplicateMetadata", file_of(R"({"__metadata__":{},"__metadata__":{}})"),
                "\"__metadata__\" occurs twice"},
        BadFile{"DuplicateKey", file_of(R"({"__metadata__":{"k":"1","k":"2"}})"), "\"k\" occurs twice in __metadata__"},
        BadFile{"DuplicateField", file_of(R"({"t":{"dtype":"U8","dtype":"U8"}})"), "the field \"dtype\" occurs twice"},
        BadFile{"MetadataNumber", file_of(R"({"__metadata__":{"k":1}})"), "__metadata__ \"k\": the number 1"},
        BadFile{"MetadataObject", file_of(R"({"__metadata__":{"k":{}}})"), "an object instead of a string"},
        BadFile{"MetadataString", file_of(R"({"__metadata__":"x"})"), "the string \"x\""},
        BadFile{"TensorNull", file_of(R"({"t":null})"), "null as the value of \"t\""},
        BadFile{"UnknownDtype", one("[1]", "[0,1]", 1, "F31"), "tensor \"t\": unknown dtype \"F31\""},
        BadFile{"LowerCaseDtype", one("[1]", "[0,4]", 4, "f32"), "unknown dtype \"f32\""},
        BadFile{"UnknownField", file_of(R"({"t":{"strides":[1]}})"), "unknown field \"strides\""},
        BadFile{"NoDtype", file_of(R"({"t":{"shape":[],"data_offsets":[0,0]}})"), "tensor \"t\": has no dtype"},
        BadFile{"NoShape", file_of(R"({"t":{"dtype":"U8","data_offsets":[0,0]}})"), "has no shape"},
        BadFile{"NoOffsets", file_of(R"({"t":{"dtype":"U8","shape":[]}})"), "has no data_offsets"},
        BadFile{"NegativeSize", one("[-1]", "[0,1]", 1), "the number -1 in its shape"},
        BadFile{"FractionalSize", one("[1.0]", "[0,1]", 1), "the number 1.0 in its shape"},
        BadFile{"TextSize", one(R"(["1"])", "[0,1]", 1), "the string \"1\" in its shape"},
        BadFile{"NestedShape", one("[[1]]", "[0,1]", 1), "an array"},
        BadFile{"HugeSize", one("[18446744073709551615]", "[0,1]", 1), "more than 63 bits hold"},
        BadFile{"SizeBeyond64Bits", one("[99999999999999999999]", "[0,1]", 1), "99999999999999999999"},
        BadFile{"InfiniteNumber", one("[1e999]", "[0,1]", 1), "not valid JSON"},
        BadFile{"ManyAxes",
                one(
                    "[1" +
                        [] {
                          std::string s;
                          for (int i = 0; i < 64; ++i) s += ",1";
                          return s;
                        }() +
                        "]",
                    "[0,1]", 1),
                "more than 64 axes"},
        BadFile{"OneOffset", one("[1]", "[0]", 1), "1 numbers instead of 2"},
        BadFile{"ThreeOffsets", one("[1]", "[0,1,1]", 1), "more than 2 numbers"},
        BadFile{"ControlCharactersAreNotPrinted", file_of(R"({"\u001b[2J":null})"), R"(\u001b[2J)"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Layout, BadSafetensors,
    ::testing::Values(
        BadFile{"Backwards", one("[1]", "[1,0]", 1), "run backwards, bytes 1 to 0"},
        BadFile{"PastTheData", one("[9]", "[0,9]", 8), "bytes 0 to 9, but there are only 8 bytes"},
        BadFile{"HugeOffsets", one("[1]", "[18446744073709551614,18446744073709551615]", 1), "only 1 bytes"},
        BadFile{"SizeDiffers", one("[2,2]", "[0,8]", 8, "F32"), "are 8 bytes, but F32 (2, 2) takes 16"},
        BadFile{"SizeOverflows", one("[4294967296,4294967296]", "[0,0]", 0), "more bytes than 64 bits can count"},
        BadFile{"SizeOverflowsByDtype", one("[4611686018427387904]", "[0,0]", 0, "F32"), "more bytes than 64 bits"},
        BadFile{"Overlap", two(tensor("[2]", "[0,2]"), tensor("[2]", "[1,3]"), 3),
                "\"b\": overlaps another one at data byte 1"},
        BadFile{"SameBytes", two(tensor("[2]", "[0,2]"), tensor("[2]", "[0,2]"), 2),
                "overlaps another one at data byte 0"},
        BadFile{"Gap", two(tensor("[1]", "[0,1]"), tensor("[1]", "[2,3]"), 3),
                "\"b\": begins at data byte 2, which leaves a gap behind byte 1"},
        BadFile{"GapInFront", one("[1]", "[1,2]", 2), "leaves a gap behind byte 0"},
        BadFile{"TrailingBytes", one("[1]", "[0,1]", 3), "2 bytes at the end belong to no tensor, from data byte 1"},
        BadFile{"DataWithoutTensors", file_of("{}", 1), "1 bytes at the end"},
        BadFile{"Truncated", one("[4]", "[0,4]", 3), "only 3 bytes"}),
    [](const auto& test) { return test.param.name; });

TEST(Safetensors, EveryCutOfAFileIsRefused) {
  const Bytes bytes = serialize_safetensors(example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(parse_safetensors(std::span(bytes).first(size)), Error) << size;
  }
}

TEST(Safetensors, RefusesToWriteWhatCouldNotBeRead) {
  Safetensors file;
  file.tensors["t"] = {DType::F32, {2}, Bytes(7)};
  EXPECT_THAT([&] { serialize_safetensors(file); }, throws_error("tensor \"t\": 7 bytes for F32 (2,)"));
  file.tensors.clear();
  file.tensors["__metadata__"] = {DType::U8, {}, {1}};
  EXPECT_THAT([&] { serialize_safetensors(file); }, throws_error("the format's own"));
  file.tensors.clear();
  file.tensors["\xff"] = {DType::U8, {}, {1}};
  EXPECT_THAT([&] { serialize_safetensors(file); }, throws_error("not UTF-8"));
  file.tensors.clear();
  file.metadata["k"] = "\xc3";
  EXPECT_THAT([&] { serialize_safetensors(file); }, throws_error("metadata \"k\": not UTF-8"));
}

TEST(Safetensors, RestoreNamesATensorOfAnotherType) {
  EXPECT_THAT(
      [] {
        restore({DType::F16, {1}, {0, 0}}, "0.weight");
      },
      throws_error("tensor \"0.weight\": dtype is F16 where F32 is needed"));
}

TEST(SafetensorsFile, ErrorsBeginWithThePath) {
  const TemporaryDirectory directory;
  const auto path = directory.path / "model.safetensors";
  EXPECT_THAT([&] { read_safetensors(path); }, throws_error(path.string() + ": cannot be read: No such file"));
  EXPECT_THAT([&] { read_safetensors(directory.path); }, throws_error("is a directory"));
  write_file(path, "hello, world");
  EXPECT_THAT([&] { read_safetensors(path); }, throws_error(path.string() + ": [safetensors] header length"));
  Safetensors bad;
  bad.metadata["k"] = "\xff";
  EXPECT_THAT([&] { write_safetensors(path, bad); }, throws_error(path.string() + ": [safetensors] metadata"));
  EXPECT_THAT([&] { write_safetensors(directory.path / "no" / "x", example()); }, throws_error("cannot be written"));
}

TEST(SafetensorsFile, HoldsTheSameBytesAsSerialisation) {
  const TemporaryDirectory directory;
  const auto path = directory.path / "model.safetensors";
  write_safetensors(path, example());
  EXPECT_EQ(read_file(path), serialize_safetensors(example()));
  expect_equal(read_safetensors(path), example());
}

/// While alive, a write past `bytes` of a file fails as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &saved_);
    rlimit limit = saved_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &saved_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit saved_{};
};

TEST(SafetensorsFile, AFullDiskLeavesTheOldFileAndNoOther) {
  const TemporaryDirectory directory;
  const auto path = directory.path / "model.safetensors";
  write_safetensors(path, example());
  Safetensors large = example();
  large.tensors["large"] = {DType::U8, {100'000}, Bytes(100'000)};
  {
    const FileSizeLimit limit(50'000);
    EXPECT_THAT([&] { write_safetensors(path, large); },
                throws_error(path.string() + ": cannot be written: File too large"));
  }
  expect_equal(read_safetensors(path), example());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path), {}), 1);
}

/// Runs a Python program. @returns its exit status; 77 if there is no Python with the package.
int run_python(const std::filesystem::path& script, const std::string& arguments) {
  const char* chosen = std::getenv("TINYTORCH_PYTHON");
  const std::string python = chosen ? chosen : "python3";
  if (std::system((python + " -c 'import numpy, safetensors.numpy' 2>/dev/null").c_str()) != 0) return 77;
  return std::system((python + " " + script.string() + " " + arguments).c_str());
}

TEST(SafetensorsFile, ThePythonPackageReadsOursAndWeReadIts) {
  const TemporaryDirectory directory;
  const auto script = directory.path / "check.py", ours = directory.path / "ours", theirs = directory.path / "theirs";
  Safetensors file;
  file.metadata["note"] = "grün ✓";
  file.tensors["0.weight"] = store(Array({2, 3}, {1, -2, 0.5f, 1e-45f, 3e38f, -0.0f}));
  file.tensors["bytes"] = {DType::U8, {3}, {7, 8, 255}};
  file.tensors["empty"] = {DType::I64, {4, 0}, {}};
  file.tensors["scalar"] = store(Array({}, {42}));
  write_safetensors(ours, file);
  write_file(script, R"(
import sys, numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file
f = safe_open(sys.argv[1], "np")
t = {name: f.get_tensor(name) for name in f.keys()}
assert f.metadata() == {"note": "grün ✓"}, f.metadata()
w = np.array([[1, -2, 0.5], [1e-45, 3e38, -0.0]], np.float32)
assert t["0.weight"].dtype == np.float32 and t["0.weight"].tobytes() == w.tobytes() and t["0.weight"].shape == (2, 3)
assert t["bytes"].tolist() == [7, 8, 255] and t["scalar"].shape == () and t["scalar"] == 42
assert t["empty"].shape == (4, 0) and t["empty"].dtype == np.int64
save_file(t, sys.argv[2], metadata=f.metadata())
)");
  const int status = run_python(script, ours.string() + " " + theirs.string());
  if (status == 77) GTEST_SKIP() << "no python3 with the packages numpy and safetensors; TINYTORCH_PYTHON names one";
  ASSERT_EQ(status, 0);
  expect_equal(read_safetensors(theirs), file);
  EXPECT_EQ(read_file(theirs), read_file(ours)) << "the same contents, but other bytes";
}

}  // namespace
}  // namespace tinytorch
