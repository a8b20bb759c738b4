#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tinytorch/course/catalog.h"
#include "tinytorch/course/verdict.h"

namespace tinytorch::course {

/// What is remembered about an exercise.
struct ExerciseRecord {
  Status verdict = Status::did_not_run;  ///< of the last check
  std::string source;                    ///< hash of the file that it was for
  int passed = 0;                        ///< visible tests
  int points = 0;                        ///< of those that passed
  int hints = 0;                         ///< that were shown
};

/// Answers by the question's number, from 1.
struct QuizAnswer {
  std::string answer;
  bool right = false;
};
using QuizRecord = std::map<int, QuizAnswer>;

/// A student's progress: .tinytorch/progress.json in the project's folder.
struct Progress {
  std::map<std::string, ExerciseRecord> exercises;  ///< by file stem
  std::map<std::string, QuizRecord> quizzes;        ///< by module, "10_quantization"
  std::string remark;  ///< what reading had to say: a damaged file was moved aside; else empty

  ExerciseRecord exercise(const std::string& name) const;  ///< an empty one if there is none
};

/// A file that is no progress is renamed to progress.damaged-1.json (or the next free number), and the remark says so.
Progress read_progress(const std::filesystem::path& root);
/// Reads, changes and writes while no other command does: a running `tt watch` and a `tt hint` both count.
/// @returns what was written. @throws Error if it cannot be written
Progress update_progress(const std::filesystem::path& root, const std::function<void(Progress&)>& change);

enum class State {
  not_attempted,  ///< the file is as it came, or its last check said so
  not_checked,    ///< changed, and never checked
  stale,          ///< changed since the last check
  failing,        ///< the last check did not pass; the record says how
  done,           ///< every visible test passed
  missing         ///< there is no such file
};
std::string word_of(State state);
State state_of(const std::filesystem::path& root, const Exercise& exercise, const ExerciseRecord& record);

int visible_points(const Exercise& exercise);
int visible_tests(const Exercise& exercise);

/// The first exercise in the order of work, from `after` on (and not it itself), that is not done; null: none is left.
const Exercise* next_exercise(const std::filesystem::path& root, const Catalog& catalog, const Progress& progress,
                              const Exercise* after = nullptr);

}  // namespace tinytorch::course
