#include <CLI/CLI.hpp>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::cli {
namespace {

using course::Exercise;

std::string kind_of(std::size_t index) {
  constexpr const char* kKinds[] = {"a nudge", "the concept", "a near-solution"};
  return index < std::size(kKinds) ? kKinds[index] : "more";
}

int hint(const Common& common, const std::string& name, bool again) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  const Exercise& exercise = course.catalog.exercise(name);
  const std::size_t all = exercise.hints.size();
  if (all == 0)
    throw Error(exercise.label() + " has no hints; `" + program_name() + " lesson " + module_number(exercise.module) +
                "#" + exercise.lesson + "`");
  const std::size_t taken = std::min(static_cast<std::size_t>(course.progress.exercise(exercise.name).hints), all);
  if (again && taken == 0) throw Error("no hint of " + exercise.name + " has been taken yet");
  // When all were given there is nothing new: then all of them are shown once more.
  const bool repeat = again || taken == all;
  const std::size_t first = repeat ? 0 : taken, last = repeat ? taken : taken + 1;
  Json shown = Json::array();
  for (std::size_t i = first; i < last; ++i) {
    terminal.result(bold(terminal, "Hint " + std::to_string(i + 1) + " of " + std::to_string(all) + " for " +
                                       exercise.label() + ": " + kind_of(i)));
    for (const std::string& line : course::wrap(exercise.hints[i], static_cast<std::size_t>(text_width() - 2)))
      terminal.result("  " + line);
    shown.push_back(exercise.hints[i]);
  }
  if (!repeat)
    course::update_progress(course.root, [&](course::Progress& progress) {
      progress.exercises[exercise.name].hints = static_cast<int>(last);
    });
  if (last < all) {
    terminal.result("\nnext: " + program_name() + " check " + exercise.name + "   and `" + program_name() + " hint " +
                    exercise.name + "` once more for " + kind_of(last));
  } else {
    terminal.result("\nThese were all the hints. The lesson goes further: " + program_name() + " lesson " +
                    module_number(exercise.module) + "#" + exercise.lesson);
  }
  terminal.json(json_text({{"exercise", exercise.name}, {"hints", shown}, {"taken", last}, {"of", all}}));
  return 0;
}

}  // namespace

void add_hint(CLI::App& app, Common& common) {
  CLI::App* command =
      app.add_subcommand("hint", "One more hint for an exercise: a nudge, the concept, a near-solution");
  auto name = std::make_shared<std::string>();
  auto again = std::make_shared<bool>(false);
  command->add_option("exercise", *name, "An exercise")->required();
  command->add_flag("--again", *again, "Show those that were given before");
  add_common(*command, common,
             "  tt hint relu            # the first; the same command gives the next one\n"
             "  tt hint relu --again\n\nHints cost no points; `tt status` shows how many were taken.\n");
  command->callback(
      [&common, name, again] { common.action = [&common, name, again] { return hint(common, *name, *again); }; });
}

}  // namespace tinytorch::cli
