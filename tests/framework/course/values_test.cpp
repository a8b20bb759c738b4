#include "tinytorch/course/values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "tests/framework/message_of.h"

namespace tinytorch::course {
namespace {

using tinytorch::testing::message_of;

Values travelled(const Values& values) { return Values::parse(values.serialize()); }

TEST(Values, EverythingArrivesAsItWasSent) {
  Values sent;
  sent.set("array", Array({2, 2}, {1, -0.0f, NAN, INFINITY})).set("none", Array({0, 3}));
  sent.set_integers("codes", std::vector<std::int64_t>{1, INT64_MIN, INT64_MAX}).set_integers("grid", std::vector<std::int64_t>{1, 2}, {2, 1});
  sent.set("number", 0.1).set("integer", 7).set("flag", true).set("text", "ä \"quoted\"\n").set("empty", "");
  const Values got = travelled(sent);
  EXPECT_EQ(got.array("array").shape(), (Shape{2, 2}));
  EXPECT_TRUE(std::signbit(got.array("array").data()[1]));
  EXPECT_TRUE(std::isnan(got.array("array").data()[2]));
  EXPECT_EQ(got.array("none").shape(), (Shape{0, 3}));
  EXPECT_EQ(got.integers("codes"), (std::vector<std::int64_t>{1, INT64_MIN, INT64_MAX}));
  EXPECT_EQ(got.shape("grid"), (Shape{2, 1}));
  EXPECT_EQ(got.number("number"), 0.1);
  EXPECT_EQ(got.integer("integer"), 7);
  EXPECT_TRUE(got.flag("flag"));
  EXPECT_EQ(got.text("text"), "ä \"quoted\"\n");
  EXPECT_EQ(got.text("empty"), "");
  EXPECT_EQ(got.serialize(), sent.serialize());
}

TEST(Values, GettersNameWhatIsMissingOrOfAnotherKind) {
  Values values;
  values.set("x", Array({2}, {1, 2})).set_integers("two", std::vector<std::int64_t>{1, 2});
  EXPECT_EQ(message_of([&] { values.array("y"); }), "there is no value `y`");
  EXPECT_EQ(message_of([&] { values.integers("x"); }), "`x` holds F32, not I64");
  EXPECT_EQ(message_of([&] { values.number("x"); }), "`x` holds F32, not F64");
  EXPECT_EQ(message_of([&] { values.integer("two"); }), "`two` is not one integer");
  EXPECT_EQ(message_of([&] { values.text("x"); }), "there is no text `x`");
  EXPECT_EQ(message_of([&] { values.set_integers("z", std::vector<std::int64_t>{1}, {2}); }),
            "[set_integers] z: 1 values do not fill shape (2,)");
}

TEST(Values, AMessageIsExactlyOne) {
  Values values;
  values.set("x", Array({2}, {1, 2})).set("nonce", "n");
  std::vector<std::uint8_t> bytes = values.serialize();
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1})
    EXPECT_NE(message_of([&] { Values::parse(std::span(bytes).first(size)); }), "") << size;
  std::vector<std::uint8_t> twice = bytes;
  twice.insert(twice.end(), bytes.begin(), bytes.end());
  EXPECT_NE(message_of([&] { Values::parse(twice); }), "");
  bytes.push_back('x');
  EXPECT_NE(message_of([&] { Values::parse(bytes); }), "");
}

TEST(Values, AHeaderThatTakesMuchMemoryIsNotParsed) {
  std::vector<std::uint8_t> bytes(8 + (2 << 20), '[');
  const std::uint64_t size = 2 << 20;
  std::memcpy(bytes.data(), &size, sizeof size);
  EXPECT_EQ(message_of([&] { Values::parse(bytes); }), "names and texts take 2097152 bytes");
}

TEST(Values, TextsBecomeUtf8) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("plain, ä, €, 😀"), "plain, ä, €, 😀");
  EXPECT_EQ(valid_utf8("a\xff"), "a" + bad);
  EXPECT_EQ(valid_utf8("\xc3"), bad);                          // cut off
  EXPECT_EQ(valid_utf8("\xc3(b"), bad + "(b");                 // no continuation
  EXPECT_EQ(valid_utf8("\xc0\x80"), bad + bad);                // too long a form of 0
  EXPECT_EQ(valid_utf8("\xe0\x80\x80"), bad + bad + bad);      // and in three bytes
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), bad + bad + bad);      // a surrogate
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), bad + bad + bad + bad);  // above U+10FFFF
  EXPECT_EQ(valid_utf8("\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf");     // U+10FFFF itself
  Values values;
  values.set("message", std::string("caf\xe9"));
  EXPECT_EQ(travelled(values).text("message"), "caf" + bad);
}

}  // namespace
}  // namespace tinytorch::course
