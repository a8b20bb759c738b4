#include "tinytorch/course/student/questions.h"

#include <gmock/gmock.h>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch::course {
namespace {

TEST(NumberOf, TakesWhatPeopleWrite) {
  const struct {
    const char *text, *unit;
    double value;
  } cases[] = {{"1e3", "", 1000},
               {"1,000", "", 1000},
               {"1 000", "", 1000},
               {"1_000", "", 1000},
               {"1'000", "", 1000},
               {"1,234,567.5", "", 1234567.5},
               {"0,5", "", 0.5},
               {"1,5", "", 1.5},
               {".5", "", 0.5},
               {"-3", "", -3},
               {"−3", "", -3},
               {"+3", "", 3},
               {"1.5E-2", "", 0.015},
               {"  42 \r", "", 42},
               {"= 42", "", 42},
               {"50 %", "", 0.5},
               {"50%", "%", 50},
               {"50", "%", 50},
               {"940584 bytes", "bytes", 940584},
               {"940,584 Bytes", "bytes", 940584},
               {"1.5 kB", "bytes", 1500},
               {"2 MiB", "bytes", 2097152},
               {"100 ms", "s", 0.1},
               {"3 s", "ms", 3000},
               {"12 µs", "µs", 12},
               {"7 images", "images", 7},
               {"1 000 000", "bytes", 1e6}};
  for (const auto& c : cases) {
    const auto value = number_of(c.text, c.unit);
    ASSERT_TRUE(value) << c.text;
    // Decimal fractions times a prefix: a few last bits.
    EXPECT_NEAR(*value, c.value, 1e-12 * std::abs(c.value)) << c.text << " in " << c.unit;
  }
}

TEST(NumberOf, RefusesWhatIsNone) {
  for (const char* text :
       {"",       " ",        "abc",  "e3", "1e", "1e999", "nan", "inf",   "0x10",     "--3",   "1.2.3",
        "1,00,0", "5 apples", "5 ms", "%",  "-",  ".",     ",",   "1e3e3", "\xff\xfe", "3 4 5", "1,2,3"})
    EXPECT_FALSE(number_of(text, "bytes")) << text;
  EXPECT_FALSE(number_of(std::string(100000, '9'), ""));
}

class Questions : public ::testing::Test {
 protected:
  std::vector<Question> read(const std::string& text) {
    write_file(folder_.path / "q.toml", text);
    return read_questions(folder_.path / "q.toml");
  }
  tinytorch::TemporaryDirectory folder_;
};

constexpr const char* kChoice =
    "[[question]]\ntext = \"which\"\nkind = \"choice\"\nwhy = \"because\"\n"
    "[[question.choice]]\ntext = \"one\"\ncorrect = true\nreason = \"r1\"\n"
    "[[question.choice]]\ntext = \"two\"\nreason = \"r2\"\n[[question.choice]]\ntext = \"three\"\nreason = \"r3\"\n";

TEST_F(Questions, ANumberIsRightWithinItsTolerance) {
  const Question q = read(
                         "[[question]]\ntext = \"t\"\nkind = \"number\"\nanswer = 100\ntolerance = 0.5\nunit = "
                         "\"bytes\"\nwhy = \"w\"\n")
                         .at(0);
  for (const char* answer : {"100", "100.5", "99.5", "0.1 kB", "1e2"}) EXPECT_TRUE(mark(q, answer).right) << answer;
  for (const char* answer : {"100.6", "99", "-100"})
    EXPECT_TRUE(mark(q, answer).understood && !mark(q, answer).right) << answer;
  EXPECT_FALSE(mark(q, "hundred").understood);
  EXPECT_EQ(right_answer(q), "100 bytes");
}

TEST_F(Questions, TheRightAnswerReadsAsPeopleSayIt) {
  const struct {
    double answer;
    const char *unit, *words;
  } cases[] = {{-64, "code", "the code -64"},
               {0.5, "real value", "the real value 0.5"},
               {9.5, "10^-7", "9.5 × 10^-7"},
               {12, "%", "12 %"},
               {3, "", "3"},
               {0.03, "in real units", "0.03 in real units"},
               {12845056, "operations", "12,845,056 operations"}};
  for (const auto& c : cases) {
    Question question;
    question.answer = c.answer;
    question.unit = c.unit;
    EXPECT_EQ(right_answer(question), c.words);
  }
  Question question;
  question.unit = "in real units";
  EXPECT_EQ(mark(question, "x").words, "a number is asked for (in real units), such as 1250, 1,250 or 1.25e3");
}

TEST_F(Questions, AChoiceIsNamedByLetterNumberOrText) {
  const Question q = read(kChoice).at(0);
  const std::string right = right_answer(q);
  EXPECT_EQ(right.substr(1), ") one");
  int correct = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string letter(1, static_cast<char>('a' + i));
    for (const std::string& answer :
         {letter, letter + ")", std::string(1, static_cast<char>('A' + i)), std::to_string(i + 1), q.choices[i].text}) {
      const Mark m = mark(q, answer);
      EXPECT_TRUE(m.understood) << answer;
      EXPECT_EQ(m.right, right[0] == letter[0]) << answer;
      EXPECT_EQ(m.words, q.choices[i].reason);
      correct += m.right;
    }
  }
  EXPECT_EQ(correct, 5);
  for (const char* answer : {"d", "4", "0", "", "ab", "\xff"}) EXPECT_FALSE(mark(q, answer).understood) << answer;
}

TEST_F(Questions, ChoicesStandInTheSameOrderEveryTime) {
  const auto a = read(kChoice).at(0).choices, b = read(kChoice).at(0).choices;
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].text, b[i].text);
}

TEST_F(Questions, WhatIsWrongIsNamedWithItsLine) {
  for (const char* text : {"", "[[question]]\ntext = \"t\"\n", "[[question]]\ntext = \"t\"\nkind = \"essay\"\n",
                           "question = 3\n", "[[question]\n", "[[question]]\ntext = \"t\"\nkind = \"choice\"\n",
                           "[[question]]\ntext = 3\nkind = \"number\"\nanswer = 1\n"}) {
    try {
      read(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr("q.toml")) << text;
    }
  }
}

}  // namespace
}  // namespace tinytorch::course
