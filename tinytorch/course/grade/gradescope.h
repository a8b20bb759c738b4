#pragma once
#include <filesystem>
#include <string>

namespace tinytorch::course {

/// Makes the archive that Gradescope takes as an autograder: setup.sh and run_autograder at its root, and this project
/// beside them, with solutions and hidden tests.
/// @param modules  "1-5", as `tt grade --modules` takes it
/// @param key  the course's
/// @throws Error if `archive` exists, or CMake, which writes it, fails
void write_gradescope(const std::filesystem::path& root, const std::filesystem::path& archive, const std::string& modules,
                      const std::string& key);

}  // namespace tinytorch::course
