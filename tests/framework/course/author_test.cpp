// What proves modules and releases them, without a compiler: markers of mutants, lessons, lines of solutions.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/framework/message_of.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/course/author/lesson_check.h"
#include "tinytorch/course/author/mutants.h"
#include "tinytorch/course/author/release.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
using tinytorch::testing::message_of;

constexpr const char* kSolution =
    "int given() { return 1; }\n// BEGIN SOLUTION\n// STEP 1: round.\nreturn std::nearbyint(value) + offset;\nreturn "
    "1;\n"
    "// END SOLUTION\n";

Mutant mutant_of(const std::string& replace, const std::string& with) {
  Mutant mutant;
  mutant.id = "m";
  mutant.exercise = "f";
  mutant.replace = replace;
  mutant.with = with;
  mutant.feedback = "m was made";
  return mutant;
}

TEST(Mutants, ReplaceOnePlaceWithinARegion) {
  const std::string text = apply_mutant(kSolution, mutant_of("nearbyint", "round"));
  EXPECT_NE(text.find("std::round(value)"), std::string::npos);
  EXPECT_NE(message_of([] { apply_mutant(kSolution, mutant_of("absent", "x")); }).find("has no `absent`"),
            std::string::npos);
  EXPECT_NE(message_of([] { apply_mutant(kSolution, mutant_of("return", "x")); }).find("more than once"),
            std::string::npos);
  EXPECT_NE(message_of([] { apply_mutant(kSolution, mutant_of("given", "x")); }).find("outside of every region"),
            std::string::npos);
  EXPECT_NE(message_of([] { apply_mutant(kSolution, mutant_of("round", "round")); }).find("are the same"),
            std::string::npos);
}

TestResult failed_with(const std::string& answer) {
  TestResult result;
  result.name = "F.Holds";
  result.status = Status::failed;
  result.answer = answer;
  return result;
}

TEST(KnownAnswers, AnAnswerOfTwoMistakesIsNotTold) {
  Mutant a = mutant_of("a", "b"), b = mutant_of("a", "c");
  b.id = "n";
  b.feedback = "n was made";
  KnownAnswers known;
  known.add(a, {failed_with("1111"), failed_with("2222")});
  known.add(b, {failed_with("2222"), failed_with("3333")});
  EXPECT_EQ(known.json(), "{\n \"F.Holds\": {\n  \"1111\": \"m was made\",\n  \"3333\": \"n was made\"\n }\n}\n");
  ASSERT_EQ(known.ambiguous().size(), 1u);
  EXPECT_NE(known.ambiguous()[0].find("m and n"), std::string::npos);
}

TEST(Markdown, AnchorsFollowGitHubsRule) {
  EXPECT_EQ(github_anchor("How PyTorch does it"), "how-pytorch-does-it");
  EXPECT_EQ(github_anchor("What it costs: 1 + 1?"), "what-it-costs-1--1");
  EXPECT_EQ(github_anchor("quantize_int8"), "quantize_int8");
  EXPECT_EQ(read_markdown("# A\n## B\n## B\n```\n# C\n```\n").anchors, (std::vector<std::string>{"a", "b", "b-1"}));
}

TEST(Markdown, LinksAndCommandsAreFoundWhereTheyStand) {
  const Markdown lesson = read_markdown(
      "# T\nSee [one](a(1).md#x) and `no[t](this)`.\n![p](p.svg)\n```sh\n# remark\n./tt check a\n```\n```sh slow\n./tt "
      "demo\n```\n"
      "```cpp\n[](int x) {}\n```\n");
  ASSERT_EQ(lesson.links.size(), 2u);
  EXPECT_EQ(lesson.links[0].target, "a(1).md#x");
  EXPECT_EQ(lesson.links[0].line, 2);
  EXPECT_EQ(lesson.links[1].target, "p.svg");
  ASSERT_EQ(lesson.commands.size(), 2u);
  EXPECT_EQ(lesson.commands[0].text, "./tt check a");
  EXPECT_EQ(lesson.commands[0].line, 6);
  EXPECT_FALSE(lesson.commands[0].slow);
  EXPECT_TRUE(lesson.commands[1].slow);
  EXPECT_EQ(lesson.words, 1 + 4 + 1);
}

TEST(Release, LeavesOutWhatStudentsMustNotHave) {
  const std::vector<std::string> modules{"01_tensor"};
  for (const char* file :
       {"solutions/01_tensor/add.cpp", "tests/01_tensor/add_hidden_test.cpp", "modules/01_tensor/mutants.toml",
        "modules/02_autograd/README.md", "tests/02_autograd/backward_test.cpp", "docs/instructor/setup.sh",
        "tinytorch/course/author/release.cpp", "tinytorch/cli/course/author_check.cpp", ".ci/run"})
    EXPECT_FALSE(students_get(file, modules)) << file;
  for (const char* file :
       {"README.md", "tinytorch/base/error.h", "tests/01_tensor/add_test.cpp", "tests/01_tensor/add_scenarios.cpp",
        "modules/01_tensor/README.md", "modules/01_tensor/module.toml", "modules/01_tensor/misconceptions.json",
        "modules/CMakeLists.txt", "tests/framework/base/shape_test.cpp", "docs/authoring.md"})
    EXPECT_TRUE(students_get(file, modules)) << file;
}

class Planted : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"modules", "solutions/01_tensor", "tinytorch"}) fs::create_directories(root_ / folder);
    write_file(root_ / "modules/CMakeLists.txt", "tt_module(01_tensor f)\n");
    write_file(root_ / "tinytorch/other.h", "for (int i = 0; i < size; ++i) {}\n");
    write_file(root_ / "solutions/01_tensor/f.cpp",
               "// BEGIN SOLUTION\n// STEP 1: a comment that stays\nfor (int i = 0; i < size; ++i) {\n"
               "  total += x[i] * weight[i];  // a remark\n}\nreturn 1;\n// END SOLUTION\n");
  }
  const TemporaryDirectory directory_;
  const fs::path root_ = directory_.path;
};

TEST_F(Planted, ALineIsFoundInTextAndInBytes) {
  const SolutionLines lines(root_);
  EXPECT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines.known(), (std::set<std::string>{"for (int i = 0; i < size; ++i) {"}));
  const std::vector<Finding> text = lines.scan("README.md", "words\n  total+=x[i]*weight[i];\n");
  ASSERT_EQ(text.size(), 1u);
  EXPECT_EQ(text[0].where, "README.md:2");
  EXPECT_NE(text[0].what.find("solutions/01_tensor/f.cpp:4"), std::string::npos);
  EXPECT_EQ(lines
                .scan("f.o", std::string("\0\x7f"
                                         "ELF\0total += x[i] * weight[i];\0",
                                         34))
                .size(),
            1u);
}

TEST_F(Planted, OtherTextIsNot) {
  const SolutionLines lines(root_);
  EXPECT_TRUE(
      lines.scan("a", "// STEP 1: a comment that stays\nfor (int i = 0; i < size; ++i) {\nreturn 1;\n").empty());
  EXPECT_TRUE(lines.scan("a", "total += x[i] * weights[i];").empty());
}

}  // namespace
}  // namespace tinytorch::course
