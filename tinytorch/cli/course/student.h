#pragma once
#include <optional>

#include "tinytorch/cli/course/command.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/cli/terminal.h"
#include "tinytorch/course/student/feedback.h"
#include "tinytorch/course/student/progress.h"

namespace tinytorch::cli {

/// What every command of a student begins with.
struct Course {
  std::filesystem::path root = project_root();
  course::Catalog catalog = course::read_catalog(root);
  course::Progress progress = course::read_progress(root);

  /// Says what reading the progress had to say.
  explicit Course(Terminal& terminal);

  const course::Module& module_of(const course::Exercise& exercise) const { return catalog.module(exercise.module); }
  course::State state(const course::Exercise& exercise) const;
  std::filesystem::path file(const course::Exercise& exercise) const;  ///< absolute
  /// The exercise whose file was changed last among those that are not as they came; null: none.
  const course::Exercise* saved_last() const;
};

/// What is worth doing when `done` (or nothing, at the start) is behind: an exercise, a quiz, a milestone.
struct NextStep {
  std::string command, words;  ///< "check gelu", "the next exercise"
};
NextStep next_step(const Course& course, const course::Exercise* done = nullptr);

/// Brings the harness up to date, compiles, judges, and remembers the verdict.
/// @throws Error if there are no tests for it, or they cannot be built
course::Checked check_exercise(Course& course, const course::Exercise& exercise, Terminal& terminal);
/// The part before the student's file: for several exercises at once.
void build_harness_of(const std::vector<const course::Exercise*>& exercises, Terminal& terminal);

std::vector<std::string> feedback_of(const Course& course, const course::Exercise& exercise,
                                     const course::Checked& checked);
Json json_of(const Course& course, const course::Exercise& exercise, const course::Checked& checked);

/// 0 passed, 1 not passed, 2 when it could not be judged.
int exit_code(course::Status status);

int text_width();                                      ///< of the terminal, at most 100: longer lines are hard to read
std::string module_number(const std::string& module);  ///< "03"
std::string bold(const Terminal& terminal, const std::string& text);

}  // namespace tinytorch::cli
