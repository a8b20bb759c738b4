#include "tinytorch/cli/course/student.h"

#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/ninja.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::cli {

namespace fs = std::filesystem;
using course::Checked;
using course::Exercise;
using course::State;
using course::Status;

namespace {

fs::path cache_folder() { return build_folder() / "course" / "cache"; }

/// Workers of earlier saves pile up, two megabytes each: the last few may still serve (undo, reset), older ones go.
void prune_cache(const Exercise& exercise) {
  constexpr std::size_t kKept = 6;
  std::vector<std::pair<fs::file_time_type, fs::path>> workers;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(cache_folder(), none)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(exercise.name + "-") && name.size() == exercise.name.size() + 17)
      workers.emplace_back(fs::last_write_time(entry.path(), none), entry.path());
  }
  std::sort(workers.rbegin(), workers.rend());
  for (std::size_t i = kKept; i < workers.size(); ++i) fs::remove_all(workers[i].second, none);
}

}  // namespace

Course::Course(Terminal& terminal) {
  if (!progress.remark.empty()) terminal.remark(progress.remark);
}

State Course::state(const Exercise& exercise) const {
  return course::state_of(root, exercise, progress.exercise(exercise.name));
}
fs::path Course::file(const Exercise& exercise) const { return root / course::exercise_file(exercise); }

const Exercise* Course::saved_last() const {
  const Exercise* last = nullptr;
  fs::file_time_type newest;
  for (const course::Module& module : catalog.modules)
    for (const Exercise& exercise : module.exercises) {
      std::error_code missing;
      const auto time = fs::last_write_time(file(exercise), missing);
      if (missing || (last != nullptr && time <= newest)) continue;
      try {
        if (course::same_code(course::read_text(file(exercise)), course::start_text(root, exercise))) continue;
      } catch (const Error&) {
        continue;
      }
      last = &exercise;
      newest = time;
    }
  return last;
}

NextStep next_step(const Course& course, const Exercise* done) {
  const auto state = [&](const Exercise& exercise) { return course.state(exercise); };
  const auto number = [](const course::Module& module) { return module_number(module.name); };
  if (done != nullptr) {  // the module is finished first
    const course::Module& module = course.module_of(*done);
    const bool finished = std::all_of(module.exercises.begin(), module.exercises.end(), [&](const Exercise& exercise) {
      return exercise.name == done->name || state(exercise) == State::done;
    });
    if (finished) {
      const bool quiz = course.progress.quizzes.count(module.name) == 0 &&
                        fs::exists(course.root / "modules" / module.name / "questions.toml");
      if (quiz)
        return {"quiz " + number(module), "every exercise of module " + number(module) + " passes: its questions"};
      if (!module.milestone.empty()) return {"milestone " + module.milestone, "your own code put to work"};
    }
  }
  // Where the student is: whoever began with module 10 is not sent to module 01.
  const Exercise* from = done != nullptr ? done : course.saved_last();
  if (done == nullptr && from != nullptr && state(*from) != State::done)
    return {"check " + from->name,
            state(*from) == State::failing ? "to see what is wrong" : "changed since it was last checked"};
  const Exercise* next = course::next_exercise(course.root, course.catalog, course.progress, from);
  if (next == nullptr)
    return {"grade", "every exercise passes its visible tests; this runs those that are there for grading too"};
  const State its = state(*next);
  if (its == State::missing) return {"reset " + next->name, "its file is missing"};
  if (its == State::stale || its == State::not_checked)
    return {"check " + next->name, "changed since it was last checked"};
  if (its == State::failing) return {"check " + next->name, "to see what is wrong"};
  if (done != nullptr && done->module == next->module)
    return {"lesson " + number(course.module_of(*next)) + "#" + next->lesson, "the next exercise: " + next->name};
  if (next->number == 1) return {"start " + number(course.module_of(*next)), course.module_of(*next).title};
  return {"lesson " + number(course.module_of(*next)) + "#" + next->lesson, "the next exercise: " + next->name};
}

void build_harness_of(const std::vector<const Exercise*>& exercises, Terminal& terminal) {
  const course::Harness harness = course::read_harness(project_root(), build_folder());
  std::vector<std::string> targets;
  for (const Exercise* exercise : exercises) {
    if (harness.scenarios.count(exercise->path()) == 0 || exercise->tests.empty())
      throw Error("there are no tests for " + exercise->label() + " yet");
    targets.push_back("harness_" + exercise->name);
  }
  const std::string what =
      exercises.size() == 1 ? exercises.front()->name : std::to_string(exercises.size()) + " exercises";
  const Built built = build_targets(targets, "Building the tests of " + what, terminal);
  if (built.good) return;
  std::string end;
  for (const std::string& line : course::bounded(built.output, 12, 200)) end += "\n  " + line;
  throw Error("the tests of " + what + " cannot be built; your files are not at fault" + end);
}

Checked check_exercise(Course& course, const Exercise& exercise, Terminal& terminal) {
  const fs::path source = course.file(exercise);
  if (!fs::exists(source))
    throw Error(course::exercise_file(exercise).string() + " is missing; `" + program_name() + " reset " +
                exercise.name + "` brings it back");
  build_harness_of({&exercise}, terminal);
  const course::Harness harness = course::read_harness(course.root, build_folder());
  const std::string text = course::read_text(source);
  const course::Worker worker = course::build_worker(harness, exercise, source, cache_folder());
  Checked checked;
  checked.status = worker.status;
  checked.compiler_output = worker.output;
  if (!worker.program.empty() && worker.status == Status::passed) {
    course::Judging judging;
    judging.stop_when_timed_out = true;
    checked.results = course::judge(harness, exercise, worker, judging);
    checked.status = course::status_of(checked.results);
  }
  prune_cache(exercise);
  course.progress = course::update_progress(course.root, [&](course::Progress& progress) {
    course::ExerciseRecord& record = progress.exercises[exercise.name];
    record.verdict = checked.status;
    record.source = course::hash_of(text);
    record.passed = course::passed_tests(checked);
    record.points = course::passed_points(exercise, checked);
  });
  return checked;
}

std::vector<std::string> feedback_of(const Course& course, const Exercise& exercise, const Checked& checked) {
  course::FeedbackOptions options;
  options.root = course.root;
  options.program = program_name();
  options.width = static_cast<std::size_t>(text_width());
  options.hints_taken = course.progress.exercise(exercise.name).hints;
  if (checked.status == Status::passed) {
    const NextStep next = next_step(course, &exercise);
    options.next = next.command;
    options.next_words = next.words;
  }
  return course::feedback(exercise, checked, course::Misconceptions(course.root, course.module_of(exercise)), options);
}

Json json_of(const Course& course, const Exercise& exercise, const Checked& checked) {
  const course::Misconceptions misconceptions(course.root, course.module_of(exercise));
  Json json{{"exercise", exercise.name},
            {"module", exercise.module},
            {"file", course::exercise_file(exercise).string()},
            {"status", course::word_of(checked.status)},
            {"points", course::passed_points(exercise, checked)},
            {"visible_points", course::visible_points(exercise)},
            {"possible_points", exercise.points},
            {"tests", Json::array()}};
  if (checked.results.empty()) json["compiler_output"] = checked.compiler_output;
  for (const course::TestResult& result : checked.results) {
    Json test = Json::parse(course::to_json(result).dump(-1, ' ', false, Json::error_handler_t::replace));
    for (const course::TestEntry& entry : exercise.tests)
      if (entry.name == result.name) {
        test["points"] = entry.points;
        test["contract"] = entry.contract;
        test["lesson"] = course::lesson_file(exercise.module).string() + "#" + entry.lesson;
      }
    const std::string words = misconceptions.find(result.name, result.answer);
    if (!words.empty()) test["misconception"] = words;
    json["tests"].push_back(test);
  }
  return json;
}

int exit_code(Status status) {
  if (status == Status::passed) return 0;
  return status == Status::ungraded || status == Status::did_not_run ? 2 : 1;
}

int text_width() { return std::min(terminal_columns(), 100); }

std::string module_number(const std::string& module) { return module.substr(0, 2); }

std::string bold(const Terminal& terminal, const std::string& text) {
  return terminal.colour() ? "\033[1m" + text + "\033[0m" : text;
}

}  // namespace tinytorch::cli
