#pragma once
#include <filesystem>
#include <string>

namespace tinytorch::course {

/// A student's source file, or why it is none. Nothing that a student hands in makes reading it fail, hang or take memory.
struct Source {
  std::string text;
  std::string refusal;  ///< empty, or a sentence for the student: "relu.cpp is empty"
};

/// @param follow_links  a symbolic link is as good as a file; else it is refused
Source read_source(const std::filesystem::path& file, bool follow_links);

}  // namespace tinytorch::course
