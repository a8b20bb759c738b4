#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace tinytorch::course {

/// How a test ended. Different words for different things, everywhere: on screen, in files, in grades.
enum class Status {
  did_not_run,      ///< what every test starts as: 0 points
  passed,
  failed,           ///< an answer came, and it is wrong
  not_attempted,    ///< the exercise still throws NotImplemented
  did_not_compile,  ///< or does not link
  crashed,          ///< ended by a signal
  timed_out,
  out_of_memory,
  no_answer,        ///< ended in peace without an answer, or with one that answers nothing
  blocked,          ///< something that it needs is missing
  ungraded,         ///< the judge or the machine failed: never a zero
};
std::string word_of(Status status);  ///< "not attempted"
/// @throws Error if the words are no status.
Status status_of(const std::string& words);

/// What the judge found out about one test. Texts are short and for people.
struct TestResult {
  std::string name;           ///< "QuantizeInt8.TiesGoToEven"
  Status status = Status::did_not_run;
  std::string message;        ///< what is wrong, in one line
  std::string input;          ///< what the function was given
  std::string expected, got;
  std::string difference;     ///< the largest difference and where it is
  std::string output;         ///< what the student's code printed
  std::vector<std::string> crash_frames;  ///< addresses in the worker, innermost first
  std::string line;           ///< of the student's file, where it crashed: "relu.cpp:14"; empty if not known
  std::string answer;         ///< fingerprint of the wrong answer, for the table of known misconceptions
  double seconds = 0;
};
nlohmann::json to_json(const TestResult& result);
TestResult test_result_of(const nlohmann::json& json);

}  // namespace tinytorch::course
