// Hostile source files: what the compiler is made to read, and what a file may try at link time.
#include <algorithm>

#include "tests/framework/course/course_fixture.h"
#include "tinytorch/course/sandbox.h"

namespace tinytorch::course::testing {
namespace {

const std::string kBegin = R"(#include "tinytorch/tensor/check.h"
#include "tinytorch/tensor/ops.h"
)";
const std::string kWrong = "tinytorch::Tensor tinytorch::relu(const Tensor& x) { return x; }\n";
const std::string kSecret = "Written so that NaN stays NaN";  // a line of the solution's file

class HostileSource : public ::testing::Test {
 protected:
  std::vector<TestResult> check_text(const std::string& text, Exercise exercise = relu()) {
    write(source_, text);
    return check_file(exercise);
  }
  std::vector<TestResult> check_file(const Exercise& exercise = relu()) {
    Harness hurried = harness();
    hurried.compile_seconds = seconds_;
    results_ = check(hurried, exercise, source_, folder_.path / "cache", all_tests(2));
    return results_;
  }
  void does_not_compile(const std::string& text, const std::string& words = "") {
    EXPECT_EQ(statuses(check_text(text)), "did not compile, did not compile, did not compile") << text << all_words(results_);
    EXPECT_NE(results_[0].message.find(words), std::string::npos) << results_[0].message;
    EXPECT_NE(results_[0].message, "");
    leaks_nothing();
  }
  void never_passes(const std::string& text) {
    for (const TestResult& result : check_text(text)) {
      EXPECT_NE(result.status, Status::passed) << text;
      EXPECT_NE(result.status, Status::ungraded) << text << all_words(results_);
    }
    leaks_nothing();
  }
  void leaks_nothing() {
    for (const std::string& secret : {kSecret, std::string("root:"), std::string("HoldsForRandomArrays)")})
      EXPECT_EQ(all_words(results_).find(secret), std::string::npos) << all_words(results_);
  }

  TemporaryDirectory folder_;
  const fs::path source_ = folder_.path / "submission/relu.cpp";
  double seconds_ = 60;
  std::vector<TestResult> results_;
};

/// Ways to make a compiler read a file that it should not.
std::vector<std::string> readers(const fs::path& file) {
  const std::string name = file.string(), inside = kBegin + kWrong;
  return {"#include \"" + name + "\"\n" + inside,
          "#include <" + name + ">\n" + inside,
          "#define FILE \"" + name + "\"\n#include FILE\n" + inside,
          inside + "asm(\".section .rodata\\nsecret: .incbin \\\"" + name + "\\\"\\n.text\");\n",
          inside + "asm(\".include \\\"" + name + "\\\"\");\n",
          inside + "asm(\".inc\" \"bin \\\"" + name + "\\\"\");\n"};
}

TEST_F(HostileSource, NoFileIsReadButHeaders) {
  if (!confines_files()) GTEST_SKIP() << "this system has no Landlock";
  ASSERT_NE(read(kSolution).find(kSecret), std::string::npos);
  for (const std::string& text : readers(kSolution)) does_not_compile(text);
  for (const std::string& text : readers("/etc/passwd")) does_not_compile(text);
  const fs::path beside = folder_.path / "submission/helper.h";
  write(beside, "#error root:x\n");
  does_not_compile("#include \"helper.h\"\n" + kBegin + kWrong, "helper.h");
  does_not_compile("#include \"solutions/03_activations/relu.cpp\"\n", "");
}

TEST_F(HostileSource, WithoutLandlockTheCompilersListOfFilesIsLookedThrough) {
  sandbox_policy().confine_files = false;
  const bool gnu = harness().compiler.find("clang") == std::string::npos;  // the assembler tells what it read, too
  for (const std::string& text : readers(kSolution)) {
    if (text.find("asm(") == std::string::npos || gnu) does_not_compile(text);
  }
  does_not_compile("#include \"solutions/03_activations/relu.cpp\"\n", "it may include headers");
  does_not_compile("#include \"/etc/passwd\"\n" + kBegin + kWrong);
  does_not_compile(kBegin + "#include \"nothing.h\"\n", "relu.cpp:3");  // what is wrong with one's own file is told
  EXPECT_EQ(statuses(check_text(read(kSolution))), "passed, passed, passed") << all_words(results_);
  sandbox_policy().confine_files = true;
}

TEST_F(HostileSource, CompilingEndsInTimeAndMemory) {
  seconds_ = 3;
  const std::string inside = kBegin + kWrong;
  std::string doubled = "#define A0 1+1\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "A" + std::to_string(i - 1);
    doubled += "#define A" + std::to_string(i) + " " + before + "+" + before + "\n";
  }
  for (const std::string& text :
       {"template <int N> struct Bomb { Bomb<N + 1> a; Bomb<N + 2> b; static constexpr int v = Bomb<N + 1>::v + Bomb<N + 2>::v; };\n" +
            inside + "int boom = Bomb<0>::v;\n",
        "#include __FILE__\n#include __FILE__\n" + inside, doubled + inside + "int boom = A39;\n",
        "#include \"/dev/zero\"\n" + inside, inside + "char large[3000000000] = {1};\n",
        inside + "asm(\".rept 1000000000\\n.quad 1\\n.endr\");\n",
        inside + "constexpr int forever() { for (;;) {} return 1; }\nconstexpr int boom = forever();\n"}) {
    for (const TestResult& result : check_text(text))
      EXPECT_TRUE(result.status == Status::did_not_compile || result.status == Status::timed_out)
          << word_of(result.status) << text.substr(0, 200) << result.message.substr(0, 500);
  }
}

TEST_F(HostileSource, FilesThatAreNone) {
  EXPECT_EQ(statuses(check_file()), "did not compile, did not compile, did not compile");
  EXPECT_EQ(results_[0].message, "relu.cpp is missing");
  does_not_compile("", "relu.cpp is empty");
  does_not_compile(" \n\t\n", "relu.cpp is empty");
  does_not_compile(kBegin + "// caf\xe9\n" + kWrong, "not UTF-8");
  does_not_compile(kBegin + std::string("\0", 1) + kWrong, "zero byte");
  does_not_compile(kBegin + std::string(2 << 20, ' ') + kWrong, "more than 1 MB");
  const auto instead = [&](const std::string& words) {
    EXPECT_EQ(statuses(check_file()), "did not compile, did not compile, did not compile");
    EXPECT_NE(results_[0].message.find(words), std::string::npos) << results_[0].message;
    fs::remove_all(source_);
  };
  fs::remove(source_);
  fs::create_directory(source_);
  instead("is a folder");
  ASSERT_EQ(::mkfifo(source_.c_str(), 0666), 0);
  instead("not a regular file");
  fs::create_symlink(kSolution, source_);
  instead("symbolic link");
  fs::create_symlink("relu.cpp", source_);
  instead("symbolic link");
  fs::create_symlink("/dev/zero", source_);
  instead("symbolic link");
}

TEST_F(HostileSource, ARenamedOrMissingFunctionDoesNotLink) {
  does_not_compile(kBegin, "relu");
  does_not_compile(kBegin + "namespace tinytorch { Tensor relu2(const Tensor& x) { return x; } }\n", "undefined reference");
  does_not_compile(kBegin + "static tinytorch::Tensor relu(const tinytorch::Tensor& x) { return x; }\n");
}

TEST_F(HostileSource, WhatTheWorkerIsMadeOfIsNotReplaced) {
  const std::string worker = "#include \"tinytorch/course/worker/scenario.h\"\n#include <unistd.h>\n" + kBegin + kWrong;
  does_not_compile(worker + "int main() {}\n", "main");
  does_not_compile(worker + "tinytorch::course::Scenario::Scenario(const char*, ScenarioBody) {}\n", "Scenario");
  does_not_compile(worker + "std::vector<std::uint8_t> tinytorch::course::Values::serialize() const { return {}; }\n", "serialize");
  does_not_compile(worker + "tinytorch::Tensor tinytorch::sigmoid(const Tensor& x) { return x; }\n", "sigmoid");
  for (const std::string& more : {
           std::string("TT_SCENARIO(forward_and_gradient) { out.set(\"y\", in.array(\"x\")); out.set(\"dx\", in.array(\"dy\")); }\n"
                       "TT_SCENARIO(forward) { out.set(\"y\", in.array(\"x\")); }\n"),
           std::string("extern \"C\" ssize_t write(int, const void*, size_t n) { return static_cast<ssize_t>(n); }\n"),
           std::string("extern \"C\" void* malloc(size_t) { return nullptr; }\n"),
           std::string("void* operator new(std::size_t) { for (;;) ::_exit(0); }\n"),
           std::string("void tinytorch::Tensor::backward(const Array&) const { ::_exit(0); }\n"),
           std::string("const tinytorch::Array& tinytorch::Tensor::value() const { ::_exit(0); }\n"),
           std::string("extern \"C\" void _Exit(int) { for (;;) ::_exit(0); }\n")})
    never_passes(worker + more);
}

TEST_F(HostileSource, ForbiddenCallsAreFoundInTheObject) {
  Exercise exercise = relu();
  exercise.may_not_call = {"tinytorch::kernels::qgemm", "tinytorch::gelu"};
  const std::string text = kBegin + "tinytorch::Tensor tinytorch::relu(const Tensor& x) { return gelu(x); }\n";
  EXPECT_EQ(statuses(check_text(text, exercise)), "did not compile, did not compile, did not compile");
  EXPECT_EQ(results_[0].message, "relu.cpp uses tinytorch::gelu, which does the work of this exercise: write it yourself");
  exercise.may_not_call = {"tinytorch::"};
  EXPECT_EQ(statuses(check_text(text, exercise)), "did not compile, did not compile, did not compile");
  exercise.may_not_call = {"tinytorch::gel", "gelu", "tinytorch::gelu2"};  // other names
  EXPECT_EQ(statuses(check_text(text, exercise)), "failed, failed, failed");
}

TEST_F(HostileSource, ASubmissionsOtherFilesChangeNothing) {
  for (const char* name : {"Makefile", "CMakeLists.txt", "relu.h", "tinytorch/tensor/ops.h", "vector", "exercise.o", "worker"})
    write(folder_.path / "submission" / name, "#error root:x\n");
  EXPECT_EQ(statuses(check_text(read(kSolution))), "passed, passed, passed") << all_words(results_);
}

}  // namespace
}  // namespace tinytorch::course::testing
