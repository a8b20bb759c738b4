// Hostile submissions, judged as at grading. Each costs at most its own test and never gains a point. The attacks in a
// worker are hostile/attacks.cpp; those on the compiler are hostile_source_test.cpp.
#include <sys/wait.h>

#include <csignal>

#include "tests/framework/course/course_fixture.h"
#include "tinytorch/course/sandbox.h"

namespace tinytorch::course::testing {
namespace {

const fs::path kAttacks = fs::path(TINYTORCH_SOURCE_DIR) / "tests/framework/course/hostile/attacks.cpp";

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!harness().sanitizers.empty()) GTEST_SKIP() << "crashes and memory look different under sanitizers";
  }

  /// The worker with the attack written into it.
  fs::path arm(const std::string& attack) {
    const Worker worker = build_worker(harness(), relu(), kAttacks, fs::path(TINYTORCH_BINARY_DIR) / "course/hostile_cache", true);
    EXPECT_EQ(worker.status, Status::passed) << worker.output;
    std::string bytes = read(worker.program);
    const std::string sign = "ATTACK=none", order = "ATTACK=" + attack;
    const std::size_t at = bytes.find(sign + '\0');
    EXPECT_TRUE(at != std::string::npos && bytes.find(sign + '\0', at + 1) == std::string::npos && order.size() < 512);
    bytes.replace(at, order.size(), order);
    const fs::path armed = folder_.path / "worker";
    write(armed, bytes);
    fs::permissions(armed, static_cast<fs::perms>(0755));
    return armed;
  }
  std::vector<TestResult> run(const std::string& attack, double seconds = 0) {
    Worker worker;
    worker.program = arm(attack);
    results_ = judge(harness(), relu(), worker, all_tests(seconds));
    return results_;
  }
  /// One test is attacked, the two others are what they would be.
  void costs_one_test(const std::string& attack, const std::string& status, double seconds = 0) {
    EXPECT_EQ(statuses(run(attack, seconds)), status + ", passed, passed") << attack << "\n" << all_words(results_);
  }
  void costs_all(const std::string& attack, const std::string& status, double seconds = 0) {
    EXPECT_EQ(statuses(run(attack, seconds)), status + ", " + status + ", " + status) << attack << "\n" << all_words(results_);
  }
  void is_refused(const std::string& attack) {
    costs_one_test(attack, "passed");
    EXPECT_EQ(all_words(results_).find("LEAK"), std::string::npos) << all_words(results_);
  }
  bool says(const std::string& words) const { return results_.at(0).message.find(words) != std::string::npos; }

  TemporaryDirectory folder_;
  std::vector<TestResult> results_;
};

/// Number of the line of attacks.cpp with this remark.
std::string line_with(const std::string& remark) {
  std::ifstream file(kAttacks);
  int number = 0;
  for (std::string line; std::getline(file, line);)
    if (++number > 0 && line.find(remark) != std::string::npos) return "relu.cpp:" + std::to_string(number);
  return "";
}

TEST_F(Hostile, TheHarmlessOnePassesAndTheWrongOneFails) {
  costs_one_test("none", "passed");
  costs_all("wrong", "failed");
}

TEST_F(Hostile, ACrashSaysWhatAndWhere) {
  costs_one_test("crash", "crashed");
  EXPECT_TRUE(says("null pointer")) << results_[0].message;
  EXPECT_EQ(results_[0].line, line_with("LINE OF THE CRASH"));
  costs_one_test("assertion", "crashed");
  EXPECT_TRUE(says("Assertion '__n < this->size()' failed")) << results_[0].message;
  EXPECT_EQ(results_[0].line, line_with("LINE OF THE ASSERTION"));
  costs_one_test("division", "crashed");
  EXPECT_TRUE(says("signal 8")) << results_[0].message;
}

TEST_F(Hostile, AnEndlessRecursionIsCalledAStackOverflow) {
  for (const char* attack : {"recursion", "large_local"}) {
    costs_one_test(attack, "crashed");
    EXPECT_TRUE(says("stack overflow")) << results_[0].message;
  }
  EXPECT_NE(results_[0].line, "");
}

TEST_F(Hostile, EndsThatAreNoAnswers) {
  for (const char* attack : {"exit_zero", "exit_one", "quick_exit", "close_all"}) costs_one_test(attack, "no answer");
  for (const char* attack : {"abort", "terminate", "kill_itself"}) costs_one_test(attack, "crashed");
  for (const char* attack : {"throw_int", "bad_text", "long_text"}) costs_one_test(attack, "failed");
}

TEST_F(Hostile, TimeIsLimited) {
  for (const char* attack : {"loop", "stop_itself", "hang_in_handler", "close_and_linger"}) costs_one_test(attack, "timed out", 2);
}

TEST_F(Hostile, MemoryIsLimited) {
  for (const char* attack : {"huge_allocation", "huge_array", "eat_memory", "raise_limits"}) costs_one_test(attack, "out of memory");
}

TEST_F(Hostile, OutputIsReadToItsEndAndCut) {
  costs_one_test("print_much", "passed");
  EXPECT_LE(results_[0].output.size(), 70'000u);
  costs_one_test("answer_much", "no answer");
}

TEST_F(Hostile, ForgedResultsCountForNothing) {
  costs_one_test("forge_descriptors", "no answer");
  costs_all("constructor_forge", "no answer");
  for (const char* attack : {"forge_crash_lines", "atexit"}) costs_one_test(attack, "passed");
}

TEST_F(Hostile, AnAnswerIsOneMessageWithTheRequestsNonce) {
  for (const char* attack : {"reply_without_nonce", "reply_twice", "reply_and_garbage", "reply_and_fail", "reply_half", "reply_bomb",
                             "constructor_exit"})
    costs_all(attack, "no answer");
  costs_all("reply_wrong", "failed");  // well-formed, and judged as any other
  for (const char* attack : {"reply_and_crash", "constructor_crash"}) costs_all(attack, "crashed");
}

TEST_F(Hostile, ProcessesAreRefusedAndNoneIsLeft) {
  for (const char* attack : {"fork_bomb", "detach", "daemon", "threads", "become_root"}) is_refused(attack);
  for (const fs::directory_entry& process : fs::directory_iterator("/proc")) {
    std::error_code gone;
    EXPECT_NE(fs::read_symlink(process.path() / "exe", gone), folder_.path / "worker");
  }
}

TEST_F(Hostile, OtherProgramsAreRefused) {
  if (!confines_files()) GTEST_SKIP() << "this system has no Landlock";
  is_refused("start_shell");
  costs_one_test("start_loader", "no answer");
  EXPECT_EQ(all_words(results_).find("root:"), std::string::npos) << all_words(results_);
}

TEST_F(Hostile, TheJudgeIsOutOfReach) {
  is_refused("kill_others");
  if (!confines_files()) GTEST_SKIP() << "this system has no Landlock";
  is_refused("read_judge");
}

TEST_F(Hostile, TheNetworkAndTheKernelsDoorsAreClosed) {
  is_refused("network");
  is_refused("doors");
}

TEST_F(Hostile, FilesAreNotRead) {
  if (!confines_files()) GTEST_SKIP() << "this system has no Landlock";
  const fs::path root = TINYTORCH_SOURCE_DIR, build = TINYTORCH_BINARY_DIR;
  write(folder_.path / "other/relu.cpp", "another submission");
  for (const fs::path& file : {kSolution, root / "tests/03_activations/relu_hidden_test.cpp", build / "course/judge_03_activations",
                               build / "course/harness.json", folder_.path / "other/relu.cpp", fs::path("/etc/passwd"),
                               fs::path("/proc/self/maps")}) {
    ASSERT_TRUE(fs::exists(file)) << file;
    is_refused("read " + file.string());
  }
  for (const fs::path& folder : {root, folder_.path, fs::path("/"), fs::path("/proc"), fs::path(".")})
    is_refused("list " + folder.string());
}

TEST_F(Hostile, FilesAreNotWritten) {
  const fs::path victim = folder_.path / "victim";
  write(victim, "precious");
  fs::permissions(victim, static_cast<fs::perms>(0666));
  fs::permissions(folder_.path, static_cast<fs::perms>(0777));
  is_refused("destroy " + victim.string());
  EXPECT_EQ(read(victim), "precious");
  EXPECT_EQ(fs::status(victim).permissions(), static_cast<fs::perms>(0666));
  for (const fs::path& file : {victim, folder_.path / "results.json", fs::path("results.json"), fs::path("/tmp/results.json"),
                               fs::path("/dev/shm/results.json"), fs::path("/autograder/results/results.json")}) {
    is_refused("write " + file.string());
    EXPECT_FALSE(file != victim && fs::exists(file)) << file;
  }
  EXPECT_EQ(read(victim), "precious");
}

TEST_F(Hostile, ThePlainJudgeOfAStudentsOwnCheckKeepsStatusesToo) {
  for (const auto& [attack, status] : {std::pair("crash", "crashed"), std::pair("exit_zero", "no answer"),
                                       std::pair("huge_allocation", "out of memory"), std::pair("recursion", "crashed")}) {
    Worker worker;
    worker.program = arm(attack);
    Judging judging = all_tests();
    judging.sandboxed = false;
    const std::vector<TestResult> results = judge(harness(), relu(), worker, judging);
    EXPECT_EQ(statuses(results), std::string(status) + ", passed, passed") << all_words(results);
  }
}

}  // namespace
}  // namespace tinytorch::course::testing
