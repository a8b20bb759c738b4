#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace tinytorch::course {

// Both run a tool of the system in a sandbox, whose user may be given the folder that the file lies in: a scratch folder.

/// Where in the student's file a worker crashed: "relu.cpp:14", or nothing if addr2line is missing or knows no such line.
/// @throws Error if it fails
/// @param frames  hexadecimal, counted from the program's beginning, innermost first
/// @param file    "relu.cpp"; what lies in other files is passed over
std::string crash_site(const std::filesystem::path& program, const std::vector<std::string>& frames, const std::string& file);

/// The first of `names` ("tinytorch::kernels::qgemm", or a whole namespace "tinytorch::kernels::") that an object file
/// refers to without defining it, by nm; empty if none, or if there is no nm.
/// @throws Error if nm fails
std::string called_of(const std::filesystem::path& object, const std::vector<std::string>& names);

}  // namespace tinytorch::course
