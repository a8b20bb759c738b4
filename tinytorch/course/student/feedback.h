#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tinytorch/course/harness.h"
#include "tinytorch/course/misconceptions.h"

namespace tinytorch::course {

/// What a check found out about one exercise.
struct Checked {
  Status status = Status::did_not_run;  ///< passed, or how the first test that did not pass ended
  std::vector<TestResult> results;      ///< of the visible tests, in order; empty if the file did not compile
  std::string compiler_output;          ///< errors, or warnings
};

/// Of several results: passed if all of them did, else that of the first that did not.
Status status_of(const std::vector<TestResult>& results);
int passed_tests(const Checked& checked);
int passed_points(const Exercise& exercise, const Checked& checked);

struct FeedbackOptions {
  std::filesystem::path root;
  std::string program = "./tt";  ///< what people type
  std::size_t width = 100;       ///< columns
  int hints_taken = 0;
  std::string next;        ///< the command after an exercise that passed, "check gelu"
  std::string next_words;  ///< why, "the next exercise"
};

/// What a student reads after a check, line by line: which contract was broken, the input, expected and got with the
/// largest difference, the misconception if the wrong answer is a known one, the section of the lesson, the next
/// command.
std::vector<std::string> feedback(const Exercise& exercise, const Checked& checked,
                                  const Misconceptions& misconceptions, const FeedbackOptions& options);
/// The same in one line: "03.1 relu  failed  NegativesBecomeZero: largest at [0]: -1 instead of 0".
std::string summary(const Exercise& exercise, const Checked& checked, const std::filesystem::path& root);

}  // namespace tinytorch::course
