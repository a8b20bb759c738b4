#include "tinytorch/course/student/diagnostics.h"

#include <gmock/gmock.h>

#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch::course {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kShown = "exercises/03_activations/relu.cpp";

class Diagnostics : public ::testing::Test {
 protected:
  Diagnostics() : source_(folder_.path / "relu.cpp") {
    write_file(source_, "#include <vector>\nint a;\n  foo(x);\n\tbar(y);\n");
  }
  Diagnosis error(const std::string& output) const {
    return first_error(output, source_, kShown, "tinytorch/tensor/ops.h");
  }
  std::string at(const std::string& place) const { return source_.string() + place; }

  tinytorch::TemporaryDirectory folder_;
  std::filesystem::path source_;
};

TEST_F(Diagnostics, OfGccShowTheLineAndTheColumn) {
  const Diagnosis d = error(at(": In function 'f':\n") + at(":3:3: error: 'foo' was not declared in this scope\n") +
                            "    3 |   foo(x);\n      |   ^~~\n" + at(":4:2: error: second\n"));
  EXPECT_EQ(d.line, 3);
  EXPECT_THAT(d.lines, ElementsAre(std::string(kShown) + ":3: error: 'foo' was not declared in this scope",
                                   "  3 |   foo(x);", "    |   ^"));
}

TEST_F(Diagnostics, OfClangReadTheSame) {
  const Diagnosis d =
      error(at(":3:3: error: use of undeclared identifier 'foo'\n") + "  foo(x);\n  ^\n1 error generated.\n");
  EXPECT_THAT(d.lines, ElementsAre(std::string(kShown) + ":3: error: use of undeclared identifier 'foo'",
                                   "  3 |   foo(x);", "    |   ^"));
}

TEST_F(Diagnostics, AnErrorInAHeaderIsToldAtTheLineThatLedToIt) {
  const std::string gcc = "In file included from /usr/include/c++/12/vector:60,\n                 from " + at(":1:\n") +
                          "/usr/include/c++/12/ops.h: In instantiation of 'bool f()':\n/usr/include/c++/12/ops.h:9:3:  "
                          " required from 'g'\n" +
                          at(":3:3:   required from here\n") +
                          "/usr/include/c++/12/ops.h:45:23: error: no match for 'operator<'\n";
  const std::string clang = "/usr/include/c++/12/ops.h:45:23: error: no match for 'operator<'\n" +
                            at(":3:3: note: in instantiation of function template specialization 'f' requested here\n");
  for (const std::string& output : {gcc, clang}) {
    const Diagnosis d = error(output);
    EXPECT_EQ(d.line, 3);
    EXPECT_EQ(d.lines.at(0), std::string(kShown) + ":3: error: no match for 'operator<'");
    EXPECT_THAT(d.lines, ::testing::Contains(HasSubstr("ops.h:45")));
  }
}

TEST_F(Diagnostics, AChangedSignatureIsCalledOne) {
  for (const char* words : {"no declaration matches 'int f(int)'",
                            "out-of-line definition of 'f' does not match any declaration in namespace 'n'"})
    EXPECT_THAT(error(at(":3:1: error: ") + words + "\n").lines.back(), HasSubstr("tinytorch/tensor/ops.h")) << words;
}

TEST_F(Diagnostics, AMissingFunctionIsWhatTheLinkerMisses) {
  const std::string bfd =
      "/usr/bin/ld: /b/relu_scenarios.cpp.o: in function `forward(x)':\n"
      "r.cpp:(.text+0x1): undefined reference to `tinytorch::relu(tinytorch::Tensor const&)'\ncollect2: error: ld "
      "returned 1 exit status\n";
  const std::string lld =
      "ld.lld: error: undefined symbol: tinytorch::relu(tinytorch::Tensor const&)\n>>> referenced by r.cpp\n";
  for (const std::string& output : {bfd, lld})
    EXPECT_EQ(error(output).lines.at(0),
              std::string(kShown) + " does not define tinytorch::relu(tinytorch::Tensor const&).")
        << output;
}

TEST_F(Diagnostics, AFunctionThatTheFileUsesInVainIsNotCalledMissing) {
  const Diagnosis d =
      error("/usr/bin/ld: /b/exercise.o: in function `f':\n/s/relu.cpp:3: undefined reference to `helper(int)'\n");
  EXPECT_THAT(d.lines.at(0), HasSubstr("uses helper(int)"));
}

TEST_F(Diagnostics, WhatIsDefinedTwiceIsNamed) {
  EXPECT_THAT(
      error("/usr/bin/ld: a.o: multiple definition of `tinytorch::add(int)'; b.o: first defined here\n").lines.at(0),
      HasSubstr("defines tinytorch::add(int),"));
}

TEST_F(Diagnostics, HaveAtMostEightLines) {
  std::string notes = at(":3:3: error: ") + std::string(5000, 'x') + "\n";
  for (int i = 0; i < 50; ++i) notes += "/h.h:1:1: note: candidate " + std::to_string(i) + "\n";
  EXPECT_LE(error(notes).lines.size(), 8u);
  for (const std::string& line : error(notes).lines) EXPECT_LT(line.size(), 200u);
  std::string rubbish;
  for (int i = 0; i < 50; ++i) rubbish += "line " + std::to_string(i) + "\n";
  EXPECT_LE(error(rubbish).lines.size(), 8u);
  EXPECT_EQ(error(rubbish).lines.back(), "line 49");
}

TEST_F(Diagnostics, SurviveLinesThatDoNotExist) {
  for (const char* place : {":0:0: error: e\n", ":99:99: error: e\n", ":3:9999: error: e\n",
                            ":99999999999:1: error: e\n", ":: error: e\n", ":3: error: \n"})
    EXPECT_LE(error(at(place)).lines.size(), 8u) << place;
}

TEST_F(Diagnostics, OfABuildNameTheFile) {
  EXPECT_EQ(
      file_of_first_error("/r/tinytorch/a.h:1:1: warning: w\n/r/exercises/03/relu.cpp:1:1: error: e\n", "/exercises/"),
      "/r/exercises/03/relu.cpp");
  EXPECT_TRUE(file_of_first_error("all is well\n", "/exercises/").empty());
}

}  // namespace
}  // namespace tinytorch::course
