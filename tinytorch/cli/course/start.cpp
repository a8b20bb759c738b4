#include <CLI/CLI.hpp>
#include <memory>

#include "tinytorch/cli/course/student.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/course/student/files.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::cli {
namespace {

using course::Exercise;
using course::State;

std::string hours_text(double hours) {
  std::string text = fixed(hours, 1);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + (hours == 1 ? " hour" : " hours");
}

int start(const Common& common, const std::string& which) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  const std::string tt = program_name();
  const Exercise* last = course.saved_last();  // where the student is
  const Exercise* open = last != nullptr && course.state(*last) != State::done
                             ? last
                             : course::next_exercise(course.root, course.catalog, course.progress, last);
  const course::Module& module = which.empty()
                                     ? (open == nullptr ? course.catalog.modules.front() : course.module_of(*open))
                                     : course.catalog.module(which);
  const std::string number = module_number(module.name);
  const bool untouched =
      which.empty() && open == &course.catalog.modules.front().exercises.front() && course.progress.exercises.empty();
  if (untouched) {
    const std::string text =
        "You write a deep-learning framework, function by function. Each exercise is a file in exercises/ whose body "
        "is "
        "missing; a check compiles it with the rest of the framework and tells what is wrong first. At the end the "
        "framework "
        "that trains and quantizes a network is your own code. There are " +
        std::to_string(course.catalog.modules.size()) + " modules; each needs only those before it.";
    for (const std::string& line : course::wrap(text, static_cast<std::size_t>(text_width()))) terminal.result(line);
    terminal.result("");
  }
  terminal.result(bold(terminal, "Module " + number + ": " + module.title) + "   about " + hours_text(module.hours));
  for (const std::string& line : course::wrap(module.summary, static_cast<std::size_t>(text_width())))
    terminal.result(line);
  terminal.result("");
  Table table({"  exercise", "open this file", "state", "points"}, 3);
  Json files = Json::array();
  const Exercise* first = nullptr;
  for (const Exercise& exercise : module.exercises) {
    const State state = course.state(exercise);
    if (first == nullptr && state != State::done) first = &exercise;
    table.add({"  " + exercise.label(), course::exercise_file(exercise).string(), course::word_of(state),
               std::to_string(exercise.points)});
    files.push_back({{"exercise", exercise.name},
                     {"file", course::exercise_file(exercise).string()},
                     {"contract", exercise.contract},
                     {"state", course::word_of(state)},
                     {"points", exercise.points}});
  }
  for (const std::string& line : table.lines()) terminal.result(line);
  terminal.result("");
  std::vector<std::pair<std::string, std::string>> steps{
      {"lesson " + number, "read it, or open " + course::lesson_file(module.name).string()}};
  if (first != nullptr) {
    steps.emplace_back("check " + first->name, "after each change of " + course::exercise_file(*first).string());
    steps.emplace_back("watch", "or this, in a second terminal: it checks whatever you save");
    steps.emplace_back("hint " + first->name, "when you are stuck");
  }
  if (std::filesystem::exists(course.root / "modules" / module.name / "questions.toml"))
    steps.emplace_back("quiz " + number, "at the end: the module's questions");
  if (!module.milestone.empty()) steps.emplace_back("milestone " + module.milestone, "then: your own code put to work");
  Table commands({"", ""}, 2);
  for (const auto& [command, words] : steps) commands.add({"  " + tt + " " + command, words});
  const std::vector<std::string> lines = commands.lines();
  for (std::size_t i = 1; i < lines.size(); ++i) terminal.result(lines[i]);
  terminal.json(json_text({{"module", module.name},
                           {"title", module.title},
                           {"summary", module.summary},
                           {"hours", module.hours},
                           {"lesson", course::lesson_file(module.name).string()},
                           {"exercises", files},
                           {"next", steps.front().first}}));
  return 0;
}

}  // namespace

void add_start(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("start", "What a module is about, which files to open, the first command");
  auto which = std::make_shared<std::string>();
  command->add_option("module", *which, "A module (03) [where you are]");
  add_common(*command, common, "  tt start\n  tt start 03\n");
  command->callback([&common, which] { common.action = [&common, which] { return start(common, *which); }; });
}

}  // namespace tinytorch::cli
