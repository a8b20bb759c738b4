#include "tinytorch/nn/architecture.h"

#include <gmock/gmock.h>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

using ::testing::HasSubstr;

std::string described(const std::string& text) {
  Rng rng(1);
  return parse_architecture(text, rng)->describe();
}

std::string message(const std::string& text) {
  try {
    return "no error: " + described(text);
  } catch (const Error& e) {
    return e.what();
  }
}

TEST(Architecture, ReadsSizesWithReLUBetween) {
  EXPECT_EQ(described("784-128-10"), "Sequential(Linear(784, 128), ReLU(), Linear(128, 10))");
  EXPECT_EQ(described("3-2"), "Sequential(Linear(3, 2))");
  EXPECT_EQ(described(" 4 - 3\t-\n2 "), "Sequential(Linear(4, 3), ReLU(), Linear(3, 2))");
}

TEST(Architecture, ReadsBackWhatEveryModuleSaysOfItself) {
  for (const std::string text : {
           "Sequential(Linear(3, 4), ReLU(), Linear(4, 2))",
           "Sequential(Flatten(), Linear(3, 4, bias=false), Sigmoid(), Dropout(0.5), Tanh(), GELU(), Softmax())",
           "Sequential(Dropout(0.1), Dropout(1e-30), Dropout(0), Dropout(0.99999994))",
           "Sequential(Sequential(Sequential(Linear(1, 1))), Sequential())",
           "Sequential()",
       }) {
    EXPECT_EQ(described(text), text);
  }
}

TEST(Architecture, TakesSpacesAndTheDefaultSpelledOut) {
  EXPECT_EQ(described("  Sequential ( Linear( 3 ,4 , bias = true ) ,ReLU ( ) )\n"), "Sequential(Linear(3, 4), ReLU())");
}

TEST(Architecture, MakesASingleLayerASequentialOfOne) {
  EXPECT_EQ(described("Linear(3, 2)"), "Sequential(Linear(3, 2))");
  EXPECT_EQ(described("ReLU()"), "Sequential(ReLU())");
}

TEST(Architecture, DrawsTheSameWeightsFromTheSameSeedInBothForms) {
  Rng a(5), b(5);
  const auto x = parse_architecture("6-5-4", a)->parameters();
  const auto y = parse_architecture("Sequential(Linear(6, 5), ReLU(), Linear(5, 4))", b)->parameters();
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(x[i].value().values(), y[i].value().values())) << i;
  }
}

TEST(Architecture, CountsParametersWithoutDrawingThem) {
  EXPECT_EQ(count_architecture_parameters("784-128-10"), 784 * 128 + 128 + 128 * 10 + 10);
  EXPECT_EQ(count_architecture_parameters("Linear(3, 2, bias=false)"), 6);
  EXPECT_EQ(count_architecture_parameters("Sequential()"), 0);
  // 2^31 exactly is the most: 2^15 * (2^16 - 1) weights and 2^15 biases.
  EXPECT_EQ(count_architecture_parameters("65535-32768"), std::int64_t{1} << 31);
  EXPECT_THROW(count_architecture_parameters("65536-32768"), Error);
}

struct Wrong {
  const char* text;
  int place;  // counts from 1
  const char* says;
};

TEST(Architecture, ShowsWhereATextIsWrong) {
  for (const Wrong& wrong : std::initializer_list<Wrong>{
           {"", 1, "a layer is missing here; known are Sequential, Linear, ReLU"},
           {"   ", 4, "a layer is missing"},
           {"784", 4, "one size makes no layer"},
           {"784-", 5, "a size is missing"},
           {"784--10", 5, "a size is missing"},
           {"-784-10", 1, "a layer is missing"},
           {"784-x", 5, "a size is missing"},
           {"784-0-10", 5, "at least 1"},
           {"784-128x10", 8, "'-' is missing"},
           {"784,10", 4, "'-' is missing"},
           {"784-99999999999999999999999999", 5, "too large"},
           {"2147483649-1", 1, "too large"},
           {"2147483648-1", 12, "2^31"},
           {"2147483648-2147483648-2147483648", 12, "2^31"},
           {"100000-20000-100000", 14, "2^31"},
           {"Liner(784, 10)", 1, "unknown layer; known are Sequential, Linear"},
           {"linear(784, 10)", 1, "unknown layer"},
           {"Sequential(Linear(784, 128), Relu())", 30, "unknown layer"},
           {"Linear", 7, "'(' is missing"},
           {"Linear(784 10)", 12, "',' is missing"},
           {"Linear(784)", 11, "',' is missing"},
           {"Linear(-1, 10)", 8, "a size is missing"},
           {"Linear(1.5, 10)", 9, "',' is missing"},
           {"Linear(3, 2, true)", 14, "third argument"},
           {"Linear(3, 2, bias=no)", 19, "true or false"},
           {"Linear(3, 2, bias false)", 19, "'=' is missing"},
           {"Linear(3, 2", 12, "')' is missing"},
           {"Linear(3, 2))", 13, "nothing may follow"},
           {"Linear(3, 2) ReLU()", 14, "nothing may follow"},
           {"784-10 ReLU()", 8, "'-' is missing"},
           {"ReLU(3)", 6, "')' is missing"},
           {"Sequential(ReLU(),)", 19, "a layer is missing"},
           {"Sequential(,ReLU())", 12, "a layer is missing"},
           {"Sequential(ReLU() ReLU())", 19, "')' is missing"},
           {"Dropout()", 9, "probability"},
           {"Dropout(1)", 9, "probability"},
           {"Dropout(-0.5)", 9, "probability"},
           {"Dropout(nan)", 9, "probability"},
           {"Dropout(1e-99)", 9, "probability"},
           {"Dropout(0.5.5)", 12, "')' is missing"},
           {"Sequential(Linear(3, 4), Linear(5, 2))", 26, "Linear(5, 2) behind a layer that gives 4 features"},
           {"Sequential(Linear(3, 4), Flatten(), ReLU(), Dropout(0.5), Sequential(Tanh(), Linear(3, 2)))", 78,
            "gives 4 features"},
           {"Sequential(Sequential(Linear(3, 4)), Linear(3, 2))", 38, "gives 4 features"},
       }) {
    const std::string said = message(wrong.text);
    EXPECT_THAT(said, HasSubstr(wrong.says)) << wrong.text;
    EXPECT_THAT(said, HasSubstr("[architecture] at character " + std::to_string(wrong.place) + ":")) << wrong.text;
  }
}

TEST(Architecture, PointsAtThePlaceWithACaret) {
  EXPECT_EQ(message("784-0-10"),
            "[architecture] at character 5: a size must be at least 1\n"
            "  784-0-10\n"
            "      ^");
  const std::string long_text = std::string(100, ' ') + "Liner(3, 2)" + std::string(100, ' ');
  EXPECT_THAT(message(long_text), HasSubstr("\n  ..." + std::string(40, ' ') + "Liner(3, 2)" + std::string(29, ' ') +
                                            "...\n  " + std::string(43, ' ') + "^"));
}

TEST(Architecture, PrintsNoControlCharactersOfTheText) {
  const std::string said = message(std::string("784\x1b[31m\0-10", 12));
  EXPECT_THAT(said, HasSubstr("  784?[31m?-10\n"));
}

TEST(Architecture, NestsSixtyFourDeepAndNoDeeper) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "Sequential(";
    return text + std::string(static_cast<std::size_t>(depth), ')');
  };
  EXPECT_EQ(described(nested(64)), nested(64));
  EXPECT_THAT(message(nested(65)), HasSubstr("nested deeper than 64"));
  EXPECT_THAT(message(nested(100000)), HasSubstr("nested deeper than 64"));
}

}  // namespace
}  // namespace tinytorch
