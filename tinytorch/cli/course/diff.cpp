#include <CLI/CLI.hpp>
#include <memory>

#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"
#include "tinytorch/course/student/text_diff.h"

namespace tinytorch::cli {
namespace {

int diff(const Common& common, const std::string& name) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  const course::Exercise& exercise = course.catalog.exercise(name);
  const std::string file = course::exercise_file(exercise).string();
  const std::vector<std::string> lines =
      course::unified_diff(course::start_text(course.root, exercise), course::read_text(course.file(exercise)));
  terminal.json(json_text({{"exercise", exercise.name}, {"file", file}, {"diff", lines}}));
  if (lines.empty()) {
    terminal.remark(file + " is as it came.");
    return 0;
  }
  terminal.result("--- " + file + " (as it came)");
  terminal.result("+++ " + file);
  for (const std::string& line : lines) {
    const char* colour = line[0] == '+'   ? "\033[32m"
                         : line[0] == '-' ? "\033[31m"
                         : line[0] == '@' ? "\033[36m"
                                          : nullptr;
    terminal.result(colour != nullptr && terminal.colour() ? colour + line + "\033[0m" : line);
  }
  return 0;
}

}  // namespace

void add_diff(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("diff", "What you changed in an exercise's file");
  auto name = std::make_shared<std::string>();
  command->add_option("exercise", *name, "An exercise")->required();
  add_common(*command, common, "  tt diff relu\n");
  command->callback([&common, name] { common.action = [&common, name] { return diff(common, *name); }; });
}

}  // namespace tinytorch::cli
