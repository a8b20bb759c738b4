// The judge: the judgements of one module, in a process without any student code. It prints one JSON object a line, a
// test's result as soon as the test has ended, on descriptor 3 if that is open and else on standard output.
//
//   judge_10_quantization --worker=FILE [--tests=A.B:A.C] [--seed=TEXT] [--scratch=DIR] [--save-inputs=DIR] [--sandbox]
//                         [--seconds=N] [--readable=DIR]... [--unlimited-memory]
//   judge_10_quantization --gtest_list_tests
#include <fcntl.h>
#include <gtest/gtest.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/course/judge/settings.h"

namespace tinytorch::course {

JudgeSettings& judge_settings() {
  static JudgeSettings settings;
  return settings;
}

TestResult& current_result() {
  static TestResult result;
  return result;
}

namespace {

constexpr int kResults = 3;

class Recorder : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo& test) override {
    current_result() = {};
    current_result().name = std::string(test.test_suite_name()) + "." + test.name();
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    TestResult& result = current_result();
    if (result.status == Status::did_not_run) {
      if (testing::GTEST_FLAG(fail_fast)) {
        result.message = "after a test that timed out";
      } else if (test.result()->Passed()) {
        result.status = Status::passed;
      } else {  // the judgement itself failed
        result.status = Status::ungraded;
        for (int i = 0; i < test.result()->total_part_count(); ++i)
          result.message += std::string(i == 0 ? "" : "; ") + test.result()->GetTestPartResult(i).message();
      }
    }
    if (result.status == Status::timed_out && judge_settings().stop_when_timed_out) testing::GTEST_FLAG(fail_fast) = true;
    std::string line = to_json(result).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    for (std::size_t at = 0; at < line.size();) {
      const ssize_t n = ::write(output_, line.data() + at, line.size() - at);
      if (n <= 0) std::_Exit(3);
      at += static_cast<std::size_t>(n);
    }
  }

 private:
  int output_ = ::fcntl(kResults, F_GETFD) == -1 ? STDOUT_FILENO : kResults;
};

/// The value of --name=value, or nothing.
bool option(const std::string& argument, const std::string& name, std::string& value) {
  const std::string prefix = "--" + name + "=";
  if (argument.compare(0, prefix.size(), prefix) != 0) return false;
  value = argument.substr(prefix.size());
  return true;
}

int run(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  JudgeSettings& settings = judge_settings();
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    std::string value;
    if (option(argument, "worker", value)) settings.worker = std::filesystem::absolute(value);
    else if (option(argument, "scratch", value)) settings.scratch = std::filesystem::absolute(value);
    else if (option(argument, "save-inputs", value)) settings.save_inputs = std::filesystem::absolute(value);
    else if (option(argument, "seed", value)) settings.seed = value;
    else if (option(argument, "readable", value)) settings.readable.push_back(value);
    else if (option(argument, "seconds", value)) settings.seconds = std::strtod(value.c_str(), nullptr);
    else if (option(argument, "tests", value)) testing::GTEST_FLAG(filter) = value;
    else if (argument == "--sandbox") settings.sandboxed = true;
    else if (argument == "--stop-when-timed-out") settings.stop_when_timed_out = true;
    else if (argument == "--unlimited-memory") settings.unlimited_memory = true;
    else throw Error("the judge does not know " + argument);
  }
  if (settings.worker.empty()) throw Error("the judge needs --worker=FILE");
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new Recorder);
  return RUN_ALL_TESTS();
}

}  // namespace
}  // namespace tinytorch::course

int main(int argc, char** argv) {
#if defined(__linux__)
  ::prctl(PR_SET_DUMPABLE, 0);  // nobody of the same user may look into this process
#endif
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return tinytorch::course::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 2;
  }
}
