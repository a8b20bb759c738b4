#pragma once
#include "tinytorch/cli/course/command.h"
#include "tinytorch/course/grade/grade.h"

namespace tinytorch::cli {

/// Options that `tt grade` and `tt instructor grade` have in common.
struct Grading {
  std::string modules, key = "tinytorch";
  bool no_sandbox = false;
};
void add_grading(CLI::App& command, Grading& grading);

/// Brings everything up to date that grading these modules needs. @throws Error if it cannot be built
void build_harness(const std::vector<course::Module>& modules, const Common& common);

constexpr int kUngraded = 4;  ///< exit code: something could not be graded; never a zero for the student

}  // namespace tinytorch::cli
