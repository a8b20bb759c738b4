#include "tinytorch/course/student/files.h"

#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/base/hash.h"
#include "tinytorch/course/generate.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::course {

namespace fs = std::filesystem;

fs::path exercise_file(const Exercise& exercise) { return fs::path("exercises") / (exercise.path() + ".cpp"); }
fs::path lesson_file(const std::string& module) { return fs::path("modules") / module / "README.md"; }

std::string start_text(const fs::path& root, const Exercise& exercise) {
  const fs::path kept = root / "exercises" / ".start" / (exercise.path() + ".cpp");
  if (fs::exists(kept)) return read_text(kept);
  const fs::path solution = root / "solutions" / (exercise.path() + ".cpp");
  if (fs::exists(solution)) return exercise_text(read_text(solution), exercise);
  throw Error("nothing tells how " + exercise_file(exercise).string() + " began: " +
              kept.lexically_relative(root).string() + " is missing; take it from a fresh copy of the course");
}

bool same_code(const std::string& a, const std::string& b) {
  const auto without_blanks = [](std::string text) {
    std::erase_if(text, [](unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
    return text;
  };
  return without_blanks(a) == without_blanks(b);
}

std::string hash_of(const std::string& text) { return hex_text(fnv1a(text)); }

}  // namespace tinytorch::course
