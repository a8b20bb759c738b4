#include <CLI/CLI.hpp>
#include <memory>

#include "tinytorch/cli/course/student.h"
#include "tinytorch/cli/table.h"

namespace tinytorch::cli {
namespace {

using course::Exercise;
using course::State;

/// What the record adds to the state: "failing" says how.
std::string words(State state, const course::ExerciseRecord& record) {
  if (state == State::failing && record.verdict != course::Status::failed)
    return "failing: " + course::word_of(record.verdict);
  if (state == State::stale)
    return "stale (was " +
           std::string(record.verdict == course::Status::passed ? "done" : course::word_of(record.verdict)) + ")";
  return course::word_of(state);
}

std::string quiz_words(const Course& course, const course::Module& module) {
  const auto found = course.progress.quizzes.find(module.name);
  if (found == course.progress.quizzes.end()) return "";
  const auto right =
      std::count_if(found->second.begin(), found->second.end(), [](const auto& answer) { return answer.second.right; });
  return std::to_string(right) + " of " + std::to_string(found->second.size());
}

int status(const Common& common, const std::string& which) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  int points = 0, possible = 0, done = 0, count = 0;
  Json modules = Json::array();
  Table table({"exercise", "state", "points", "at grading", "hints"}, 2);
  for (const course::Module& module : course.catalog.modules) {
    if (!which.empty() && course.catalog.module(which).name != module.name) continue;
    const std::string quiz = quiz_words(course, module);
    table.add(
        {module_number(module.name) + " " + module.title, quiz.empty() ? "" : "quiz: " + quiz + " right", "", "", ""});
    Json list = Json::array();
    for (const Exercise& exercise : module.exercises) {
      const course::ExerciseRecord record = course.progress.exercise(exercise.name);
      const State state = course.state(exercise);
      const int visible = course::visible_points(exercise);
      const int earned = state == State::done || state == State::failing ? record.points : 0;
      points += earned;
      possible += visible;
      done += state == State::done;
      ++count;
      table.add(
          {"  " + exercise.label(), words(state, record), std::to_string(earned) + " of " + std::to_string(visible),
           std::to_string(exercise.points - visible),
           record.hints == 0 ? "" : std::to_string(record.hints) + " of " + std::to_string(exercise.hints.size())});
      list.push_back({{"exercise", exercise.name},
                      {"label", exercise.label()},
                      {"state", course::word_of(state)},
                      {"verdict", course::word_of(record.verdict)},
                      {"points", earned},
                      {"visible_points", visible},
                      {"possible_points", exercise.points},
                      {"hints", record.hints}});
    }
    modules.push_back({{"module", module.name}, {"title", module.title}, {"exercises", list}, {"quiz", quiz}});
  }
  const std::vector<std::string> lines = table.lines();
  for (std::size_t i = 0; i < lines.size(); ++i) terminal.result(i == 0 ? bold(terminal, lines[i]) : lines[i]);
  const NextStep next = next_step(course);
  terminal.result("\n" + std::to_string(done) + " of " + std::to_string(count) + " exercises done, " +
                  std::to_string(points) + " of " + std::to_string(possible) + " points of visible tests.");
  terminal.result("next: " + program_name() + " " + next.command + "   " + next.words);
  terminal.json(json_text({{"modules", modules},
                           {"done", done},
                           {"exercises", count},
                           {"points", points},
                           {"visible_points", possible},
                           {"next", next.command}}));
  return 0;
}

}  // namespace

void add_status(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("status", "Which exercises are done, and what is next");
  auto which = std::make_shared<std::string>();
  command->add_option("module", *which, "One module (03) [all]");
  add_common(*command, common,
             "  tt status\n  tt status 03 --json\n\n"
             "done           every visible test passed\n"
             "failing        the last check did not pass\n"
             "stale          the file has changed since its last check\n"
             "not checked    changed, and never checked\n"
             "not attempted  as it came\n\n"
             "Points are those of visible tests; the column beside them can be earned at grading only.\n");
  command->callback([&common, which] { common.action = [&common, which] { return status(common, *which); }; });
}

}  // namespace tinytorch::cli
