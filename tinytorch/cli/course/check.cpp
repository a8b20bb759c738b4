#include <CLI/CLI.hpp>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/student.h"

namespace tinytorch::cli {
namespace {

using course::Checked;
using course::Exercise;
using course::State;
using course::Status;

/// The worse of two exit codes: 2 (not judged) hides behind 1 (wrong), as the student has something to do.
int worse(int a, int b) { return a == 1 || b == 1 ? 1 : std::max(a, b); }

int check_one(Course& course, const Exercise& exercise, const Common& common, Terminal& terminal) {
  const Checked checked = check_exercise(course, exercise, terminal);
  for (const std::string& line : feedback_of(course, exercise, checked)) terminal.result(line);
  if (common.json) {
    const NextStep next = next_step(course, checked.status == Status::passed ? &exercise : nullptr);
    terminal.json(json_text({{"passed", checked.status == Status::passed},
                             {"exercises", Json::array({json_of(course, exercise, checked)})},
                             {"next", next.command}}));
  }
  return exit_code(checked.status);
}

/// A line for each exercise. What is as it came is not attempted, which needs no compiler.
int check_many(Course& course, const std::vector<const Exercise*>& exercises, Terminal& terminal) {
  std::vector<const Exercise*> attempted;
  for (const Exercise* exercise : exercises) {
    const State state = course.state(*exercise);
    if (state != State::not_attempted && state != State::missing && !exercise->tests.empty())
      attempted.push_back(exercise);
  }
  if (!attempted.empty()) build_harness_of(attempted, terminal);
  int code = 0, passed = 0;
  const Exercise* first = nullptr;
  Json list = Json::array();
  for (const Exercise* exercise : exercises) {
    Checked checked;
    const bool runs = std::find(attempted.begin(), attempted.end(), exercise) != attempted.end();
    const State state = course.state(*exercise);
    if (runs)
      checked = check_exercise(course, *exercise, terminal);
    else if (state != State::missing && !exercise->tests.empty())
      checked.status = Status::not_attempted;
    terminal.result(!runs && exercise->tests.empty() ? exercise->label() + ": has no tests yet"
                    : state == State::missing        ? exercise->label() + ": its file is missing"
                                                     : course::summary(*exercise, checked, course.root));
    code = worse(code, exit_code(checked.status));
    passed += checked.status == Status::passed;
    if (first == nullptr && checked.status != Status::passed) first = exercise;
    list.push_back(json_of(course, *exercise, checked));
  }
  terminal.result(std::to_string(passed) + " of " + std::to_string(exercises.size()) +
                  " exercises pass their visible tests.");
  const NextStep next = first != nullptr ? NextStep{"check " + first->name, ""} : next_step(course, exercises.back());
  terminal.result("\nnext: " + program_name() + " " + next.command + (next.words.empty() ? "" : "   " + next.words));
  terminal.json(json_text({{"passed", code == 0}, {"exercises", list}, {"next", next.command}}));
  return code;
}

int check(const Common& common, const std::string& name, bool all) {
  Terminal terminal(common.json, common.quiet);
  Course course(terminal);
  std::vector<const Exercise*> exercises;
  if (all) {
    if (!name.empty()) throw Error("either " + name + " or --all");
    for (const course::Module& module : course.catalog.modules)
      for (const Exercise& exercise : module.exercises) exercises.push_back(&exercise);
    return check_many(course, exercises, terminal);
  }
  if (name.empty()) {
    const Exercise* last = course.saved_last();
    if (last == nullptr)
      throw Error("no exercise has been changed yet; `" + program_name() + " start` tells where to begin");
    return check_one(course, *last, common, terminal);
  }
  const bool module = name.find_first_not_of("0123456789") == std::string::npos ||
                      std::any_of(course.catalog.modules.begin(), course.catalog.modules.end(),
                                  [&](const course::Module& m) { return m.name == name; });
  if (!module) return check_one(course, course.catalog.exercise(name), common, terminal);
  for (const Exercise& exercise : course.catalog.module(name).exercises) exercises.push_back(&exercise);
  return check_many(course, exercises, terminal);
}

}  // namespace

void add_check(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("check", "Compile an exercise and run its visible tests");
  auto name = std::make_shared<std::string>();
  auto all = std::make_shared<bool>(false);
  command->add_option("exercise", *name, "An exercise (relu, 03.1 or its file) or a module (03) [the file saved last]");
  command->add_flag("--all", *all, "Every exercise of the course");
  add_common(
      *command, common,
      "  tt check relu       # what is wrong first, and where the lesson explains it\n"
      "  tt check            # the exercise that you saved last\n"
      "  tt check 03         # a line for each exercise of module 03\n"
      "  tt check relu --json\n\n"
      "Only your file is compiled; everything else in the test is the reference, so a mistake elsewhere does not\n"
      "cost you this exercise. Hidden tests run at grading: they ask for the same contracts with other numbers.\n"
      "Exit codes: 0 every visible test passed, 1 not all did, 2 it could not be checked.\n");
  command->callback(
      [&common, name, all] { common.action = [&common, name, all] { return check(common, *name, *all); }; });
}

}  // namespace tinytorch::cli
