#include "tinytorch/course/judge/words.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tinytorch::course {
namespace {

TEST(Words, ShowAShapeAndTheFirstValues) {
  EXPECT_EQ(describe(Array({2}, {0.5f, -0.0f})), "(2,) [0.5, 0]");
  EXPECT_EQ(describe(Array({2, 1}, {NAN, -INFINITY})), "(2, 1) [nan, -inf]");
  EXPECT_EQ(describe(Array({0})), "(0,) []");
  EXPECT_EQ(describe(Array(Shape{}, {3})), "3");
  EXPECT_EQ(describe(Array({9}, std::vector<float>(9, 0.0f))), "(9,) [0, 0, 0, 0, 0, 0, 0, 0, …]");
  const std::vector<std::int64_t> codes{1, -128};
  EXPECT_EQ(describe(codes, {2}), "[1, -128]");
  EXPECT_EQ(describe(codes, {1, 2}), "(1, 2) [1, -128]");
  EXPECT_EQ(describe(0.1), "0.1");
}

TEST(Words, ShowValuesByName) {
  Values values;
  values.set("x", Array({1}, {2})).set("axis", 0).set("name", "relu").set("long", std::string(100, 'a'));
  EXPECT_EQ(describe(values), "axis 0, x (1,) [2], long \"" + std::string(60, 'a') + "…\", name \"relu\"");
}

TEST(Words, FlagsAreTrueOrFalse) {
  Values values;
  values.set("symmetric", false).set("relu", true).set("axis", 1);
  EXPECT_EQ(describe(values, {"symmetric", "relu"}), "axis 1, relu true, symmetric false");
}

TEST(Words, AnErrorIsAskedForByWhatItSays) {
  EXPECT_EQ(describe_error({"bias", "NaN"}), "an Error that says \"bias\", \"NaN\"");
  EXPECT_EQ(describe_error({}), "an Error");
}

TEST(Words, PositionsCountRowMajor) {
  EXPECT_EQ(position(5, {2, 3}), "[1, 2]");
  EXPECT_EQ(position(23, {2, 3, 4}), "[1, 2, 3]");
  EXPECT_EQ(position(0, {}), "[]");
}

TEST(Words, FingerprintsTellAnswersApartAndForgiveTheLastDigits) {
  const auto of = [](const Array& y, const std::string& nonce = "1") {
    Values values;
    values.set("y", y).set("nonce", nonce);
    return fingerprint(values);
  };
  const std::string one = of(Array({2}, {1, 2}));
  EXPECT_EQ(one.size(), 16u);
  EXPECT_EQ(of(Array({2}, {1, 2}), "2"), one);              // the nonce is none of it
  EXPECT_EQ(of(Array({2}, {1.0000001f, 2})), one);          // another order of summation
  EXPECT_EQ(of(Array({2}, {0.0f, 2})), of(Array({2}, {-0.0f, 2})));
  for (const Array& other : {Array({2}, {1, 2.001f}), Array({1, 2}, {1, 2}), Array({2}, {2, 1}), Array({2}, {NAN, 2})})
    EXPECT_NE(of(other), one);
}

}  // namespace
}  // namespace tinytorch::course
