#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace tinytorch::course {

/// What a student should read of a compiler's output.
struct Diagnosis {
  std::vector<std::string> lines;  ///< at most 8; empty: nothing was found
  int line = 0;                    ///< in the student's file; 0: not known
};

/// The first error of g++ or clang that lies in the student's file, or that a line of it led to; else the linker's
/// first complaint, in words; else the first error anywhere; else the output's last lines.
/// @param source  the file that was compiled, as the compiler was told
/// @param shown   what it is called on screen, "exercises/03_activations/relu.cpp"
/// @param header  where its functions are declared
Diagnosis first_error(const std::string& output, const std::filesystem::path& source, const std::string& shown,
                      const std::string& header);
/// The first warning in the student's file.
Diagnosis first_warning(const std::string& output, const std::filesystem::path& source, const std::string& shown);

/// Of a build of several files: the one that the first error lies in, or an empty path. Only paths that contain
/// `folder` count.
std::filesystem::path file_of_first_error(const std::string& output, const std::string& folder);

}  // namespace tinytorch::course
