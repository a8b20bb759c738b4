#pragma once
#include <filesystem>
#include <vector>

namespace tinytorch::course {

/// The files that make up the project, relative to its folder and sorted: what git tracks, or, in a copy without git, all
/// but builds, progress and data sets.
/// @throws Error if git is there and does not answer
std::vector<std::filesystem::path> project_files(const std::filesystem::path& root);

/// Copies one of them, with its permissions; folders are made as needed.
void copy_project_file(const std::filesystem::path& root, const std::filesystem::path& file, const std::filesystem::path& to);

/// @throws Error if the folder holds anything: nothing is overwritten. Makes it if it is not there.
void require_empty_folder(const std::filesystem::path& folder);

}  // namespace tinytorch::course
