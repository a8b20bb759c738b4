#include "tinytorch/course/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/course/sandbox.h"

namespace tinytorch::course {
namespace {

Command shell(const std::string& script, double seconds = 20) {
  Command command;
  command.arguments = {"/bin/sh", "-c", script};
  command.environment = {"PATH=/usr/bin:/bin"};
  command.limits.wall_seconds = seconds;
  return command;
}

std::string answer(const Outcome& outcome) { return {outcome.answer.begin(), outcome.answer.end()}; }

double seconds_of(const Command& command, Outcome& outcome) {
  const auto start = std::chrono::steady_clock::now();
  outcome = run(command);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(Process, InputOutputAnswerAndCodeCome) {
  const std::string text = "a question";
  Command command = shell("cat >&3; echo printed; echo told >&2; exit 7");
  command.input = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(answer(outcome), "a question");
  EXPECT_EQ(outcome.output, "printed\ntold\n");
  EXPECT_GT(outcome.peak_bytes, 100'000u);
}

TEST(Process, EnvironmentIsEmptyAndOnlyFourDescriptorsAreOpen) {
  ::setenv("SECRET", "of the judge", 1);
  const int ours = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  const Outcome outcome = run(shell("env; for n in 0 3 4 5 6 7 8 9; do (true >&$n) 2>/dev/null && echo open $n; done"));
  ::close(ours);
  EXPECT_EQ(outcome.output.find("SECRET"), std::string::npos);
  EXPECT_TRUE(outcome.output.ends_with("open 0\nopen 3\n")) << outcome.output;
}

TEST(Process, WhatCannotStartSaysWhy) {
  Command command;
  command.arguments = {"/no/such/program"};
  EXPECT_EQ(run(command).end, End::could_not_start);
  EXPECT_EQ(run(command).reason, "/no/such/program: No such file or directory");
  Command nowhere = shell("true");
  nowhere.directory = "/no/such/folder";
  EXPECT_EQ(run(nowhere).end, End::could_not_start);
}

TEST(Process, ASignalIsToldFromAnExit) {
  const Outcome outcome = run(shell("kill -SEGV $$"));
  EXPECT_EQ(outcome.end, End::signalled);
  EXPECT_EQ(outcome.code, SIGSEGV);
  EXPECT_FALSE(run(shell("kill -KILL $$")).out_of_memory);  // it is small: nobody killed it for its memory
}

TEST(Process, WallTimeAndProcessorTimeAreLimited) {
  Outcome outcome;
  EXPECT_LT(seconds_of(shell("sleep 100", 0.3), outcome), 20);
  EXPECT_EQ(outcome.end, End::timed_out);
  EXPECT_LT(seconds_of(shell("kill -STOP $$", 0.3), outcome), 20);
  EXPECT_EQ(outcome.end, End::timed_out);
  for (const char* script : {"while :; do :; done", "trap '' XCPU; while :; do :; done"}) {
    Command busy = shell(script, 60);
    busy.limits.cpu_seconds = 1;
    EXPECT_LT(seconds_of(busy, outcome), 50);
    EXPECT_EQ(outcome.end, End::timed_out) << script;
  }
}

TEST(Process, AClosedPipeIsNotAnEndAndALingererIsKilled) {
  Outcome outcome;
  EXPECT_LT(seconds_of(shell("exec 0<&- 1>&- 2>&- 3>&-; sleep 100", 0.5), outcome), 20);
  EXPECT_EQ(outcome.end, End::timed_out);
}

TEST(Process, AGrandchildThatHoldsThePipesDelaysNothingAndIsKilled) {
  Outcome outcome;
  EXPECT_LT(seconds_of(shell("echo whole >&3; sleep 1000 & echo $!", 60), outcome), 30);
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(answer(outcome), "whole\n");
  const pid_t grandchild = std::stoi(outcome.output);
  for (int i = 0; i < 500 && ::kill(grandchild, 0) == 0; ++i) {  // until its new parent has buried it
    std::ifstream state("/proc/" + std::to_string(grandchild) + "/stat");
    std::string number, name, letter;
    if (!(state >> number >> name >> letter) || letter == "Z") return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_NE(::kill(grandchild, 0), 0);
}

TEST(Process, OutputIsCutAndReadToItsEnd) {
  const Outcome outcome = run(shell("head -c 50000000 /dev/zero", 60));
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.output.size(), 64u << 10);
  EXPECT_EQ(outcome.output_dropped, 50'000'000 - (64 << 10));
}

TEST(Process, TooLongAnAnswerIsNone) {
  Command command = shell("head -c 1000000000 /dev/zero >&3; exit 0", 60);
  command.limits.answer_bytes = 1 << 20;
  const Outcome outcome = run(command);
  EXPECT_TRUE(outcome.answer_too_long);
  EXPECT_TRUE(outcome.answer.empty());
  EXPECT_FALSE(outcome.out_of_memory);
}

TEST(Process, InputThatNobodyReadsHarmsNobody) {
  const std::vector<std::uint8_t> much(10 << 20, 'x');
  for (const char* script : {"exit 5", "exec 0<&-; sleep 0.05; exit 5"}) {
    Command command = shell(script);
    command.input = much;
    EXPECT_EQ(run(command).code, 5);
  }
}

TEST(Process, ManyAtOnceKeepApart) {
  std::vector<std::thread> threads;
  std::vector<std::string> answers(8);
  for (std::size_t i = 0; i < answers.size(); ++i)
    threads.emplace_back([&answers, i] {
      for (int k = 0; k < 5; ++k) answers[i] += answer(run(shell("echo " + std::to_string(i) + " >&3")));
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string line = std::to_string(i) + "\n";
    EXPECT_EQ(answers[i], line + line + line + line + line);
  }
}

TEST(Process, ASandboxedToolchainWritesItsFolderAndNothingElse) {
  if (!confines_files()) GTEST_SKIP() << "this system has no Landlock";
  const tinytorch::TemporaryDirectory inside, outside;
  Command command = shell("echo a > here; cat here; echo b > " + (outside.path / "there").string() + "; cat /etc/passwd; ls /proc");
  command.sandboxed = command.toolchain = true;
  command.directory = inside.path;
  const Outcome outcome = run(command);
  ASSERT_EQ(outcome.end, End::exited) << outcome.reason;
  EXPECT_EQ(outcome.output.rfind("a\n", 0), 0u) << outcome.output;
  EXPECT_TRUE(std::filesystem::exists(inside.path / "here"));
  EXPECT_FALSE(std::filesystem::exists(outside.path / "there"));
  EXPECT_EQ(outcome.output.find("root:"), std::string::npos) << outcome.output;
}

TEST(Process, ASandboxSaysWhatItEnforces) {
  const std::vector<std::string> features = sandbox_features();
  ASSERT_FALSE(features.empty());
  EXPECT_EQ(features[0].rfind("limits of time", 0), 0u);
  const auto says = [&](const std::string& word) {
    return std::any_of(features.begin(), features.end(), [&](const std::string& f) { return f.find(word) != std::string::npos; });
  };
  EXPECT_EQ(says("Landlock"), confines_files());
  EXPECT_EQ(says("unprivileged user") || says("root"), ::geteuid() == 0);
}

}  // namespace
}  // namespace tinytorch::course
