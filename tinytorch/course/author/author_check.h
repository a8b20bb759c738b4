#pragma once
#include <filesystem>
#include <functional>

#include "tinytorch/course/author/findings.h"

namespace tinytorch::course {

struct AuthorOptions {
  std::vector<std::string> modules;  ///< names or numbers; empty: all that modules/CMakeLists.txt declares
  int jobs = 1;
  std::filesystem::path tt, course;  ///< the programs that lessons' commands run; empty: they are not run
  std::function<void(int done, int of, const std::string& what)> progress;
};

struct AuthorReport {
  std::vector<Finding> findings;     ///< what is wrong; none: the modules are as they should be
  std::vector<std::string> remarks;  ///< worth knowing, but not wrong
  int modules = 0, exercises = 0, tests = 0, commands = 0;
  int solutions = 0;  ///< that score 100 %
  int clean = 0;      ///< that do so under sanitizers too
  int stubs = 0;      ///< untouched files that score 0
  int mutants = 0;    ///< that died
  int made = 0, kept = 0;  ///< what was built and judged, and what an earlier run had proved
  double seconds = 0;
};

/// Proves the modules of a built tree: docs/authoring.md tells what.
/// @param build  its harness is up to date
AuthorReport author_check(const std::filesystem::path& root, const std::filesystem::path& build,
                          const AuthorOptions& options);

}  // namespace tinytorch::course
