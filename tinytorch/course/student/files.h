#pragma once
#include <filesystem>
#include <string>

#include "tinytorch/course/catalog.h"

namespace tinytorch::course {

/// The files of a course tree that belong to one exercise.
std::filesystem::path exercise_file(
    const Exercise& exercise);  ///< "exercises/10_quantization/quantize_int8.cpp", below the root
std::filesystem::path lesson_file(const std::string& module);  ///< "modules/10_quantization/README.md"

/// What the exercise's file held before the student began: exercises/.start/NN_name/EX.cpp where the tree has it
/// (released courses), else what the solution gives.
/// @throws Error if the tree has neither
std::string start_text(const std::filesystem::path& root, const Exercise& exercise);

/// Equal but for blanks and line ends: an editor that tidies a file on saving has attempted nothing.
bool same_code(const std::string& a, const std::string& b);

std::string hash_of(const std::string& text);  ///< 16 hexadecimal digits

}  // namespace tinytorch::course
