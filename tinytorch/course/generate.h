#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tinytorch/course/catalog.h"

namespace tinytorch::course {

/// What stands between `// BEGIN SOLUTION` and `// END SOLUTION`, the markers' own lines excluded.
struct Region {
  std::size_t first = 0, last = 0;  ///< lines, from 1; last is past the end
  std::size_t begin = 0, end = 0;   ///< the same in bytes of the text
  std::string indent;               ///< of the opening marker
};

/// @param name  what errors call the text, such as "solutions/01_tensor/add.cpp"
/// @throws Error naming file and line: markers that do not pair, nest, or enclose no `// STEP n:`; no marker at all
std::vector<Region> solution_regions(const std::string& text, const std::string& name);

/// The student's file that a solution gives: every region becomes its steps (lines `// STEP n: …` and the comment lines
/// directly below one) and TT_TODO with the exercise's label; the header of TT_TODO is included. All else stays.
/// @throws Error as solution_regions does, naming the exercise's file
std::string exercise_text(const std::string& solution_text, const Exercise& exercise);

enum class Generated { fresh, written, stale, edited };
struct GeneratedFile {
  std::string exercise;  ///< "01_tensor/add"
  Generated state = Generated::fresh;
};

/// Every exercise of modules/CMakeLists.txt; what the catalog does not know yet is numbered by its place there.
std::vector<Exercise> declared_exercises(const std::filesystem::path& root);

/// Writes exercises/ from solutions/.
/// @param record  a file that remembers what was written, so that it may be overwritten later
/// @param dry     writes nothing: what would be written is `stale`
/// @param force   also overwrites files that somebody has edited, which otherwise stay and are reported as `edited`
/// @throws Error naming file and line of a solution that gives no exercise
std::vector<GeneratedFile> generate_exercises(const std::filesystem::path& root, const std::filesystem::path& record,
                                              bool dry, bool force);

}  // namespace tinytorch::course
