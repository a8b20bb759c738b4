#include <CLI/CLI.hpp>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::cli {
namespace {

int solution(const Common& common, const std::string& name, bool force) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  const course::Exercise& exercise = course.catalog.exercise(name);
  const std::filesystem::path file = std::filesystem::path("solutions") / (exercise.path() + ".cpp");
  if (!std::filesystem::exists(course.root / file))
    throw Error("this course was released without solutions: " + file.string() + " is not in this folder");
  const course::State state = course.state(exercise);
  if (state != course::State::done && !force) {
    terminal.result(exercise.label() + " is " + course::word_of(state) + ": the solution is shown when it passes.");
    terminal.result("next: " + program_name() +
                    (state == course::State::stale || state == course::State::not_checked ? " check " : " hint ") +
                    exercise.name + "   or `" + program_name() + " solution " + exercise.name +
                    " --force` to see it all the same");
    terminal.json(json_text({{"exercise", exercise.name}, {"state", course::word_of(state)}, {"solution", nullptr}}));
    return 1;
  }
  const std::string text = course::read_text(course.root / file);
  terminal.json(json_text({{"exercise", exercise.name}, {"state", course::word_of(state)}, {"solution", text}}));
  terminal.remark("// " + file.string() + ": one way to write it; the library itself is built from this file.");
  for (const std::string& line : course::lines_of(text)) terminal.result(line);
  return 0;
}

}  // namespace

void add_solution(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("solution", "How the library does it: after your own file passes");
  auto name = std::make_shared<std::string>();
  auto force = std::make_shared<bool>(false);
  command->add_option("exercise", *name, "An exercise")->required();
  command->add_flag("--force", *force, "Before it passes, too");
  add_common(*command, common,
             "  tt solution relu\n  tt solution relu --force\n\nExit codes: 0 shown, 1 not yet, 2 there is none.\n");
  command->callback(
      [&common, name, force] { common.action = [&common, name, force] { return solution(common, *name, *force); }; });
}

}  // namespace tinytorch::cli
