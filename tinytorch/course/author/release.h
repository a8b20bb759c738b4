#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tinytorch/course/author/solution_lines.h"
#include "tinytorch/course/harness.h"

namespace tinytorch::course {

/// "Linux-x86_64": the machines that a release's reference is for, as CMake calls this one.
std::string this_machine();

/// Whether students get a file of the project: no solution, no hidden judgement, no mutant, nothing for authors only,
/// no lesson, scenario or exercise of a module outside of the release. Exercises are written anew in any case.
/// @param file     relative to the project's folder
/// @param modules  names of those that are released
bool students_get(const std::filesystem::path& file, const std::vector<std::string>& modules);

/// Lines of solutions in files of the project that students get.
void check_released_files(const std::filesystem::path& root, const SolutionLines& lines, Findings& findings);

struct Release {
  int files = 0, exercises = 0, bodies = 0;
  std::size_t lines = 0;           ///< of solutions that were looked for in every file
  std::vector<std::string> known;  ///< lines that also stand in the library itself, and were not
};

/// Makes a tree for students: the files of the project that are theirs, untouched exercises with a second copy in
/// exercises/.start/, and the reference of every exercise as a stripped object file.
/// @param out  a folder that is not there or empty; it appears whole or not at all
/// @throws Error if a body does not compile, or a line of a solution stands in any file (then naming file and line)
Release make_release(const std::filesystem::path& root, const Harness& harness, const std::vector<Module>& modules,
                     const std::filesystem::path& out, int jobs,
                     const std::function<void(int done, int of, const std::string& what)>& progress);

}  // namespace tinytorch::course
