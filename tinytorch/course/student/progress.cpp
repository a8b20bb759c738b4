#include "tinytorch/course/student/progress.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path folder(const fs::path& root) { return root / ".tinytorch"; }
fs::path file(const fs::path& root) { return folder(root) / "progress.json"; }

Json to_json(const Progress& progress) {
  Json json{{"version", 1}, {"exercises", Json::object()}, {"quizzes", Json::object()}};
  for (const auto& [name, record] : progress.exercises) {
    Json& entry = json["exercises"][name];
    if (record.verdict != Status::did_not_run)
      entry = {{"verdict", word_of(record.verdict)},
               {"source", record.source},
               {"passed", record.passed},
               {"points", record.points}};
    if (record.hints > 0) entry["hints"] = record.hints;
  }
  for (const auto& [module, answers] : progress.quizzes)
    for (const auto& [number, answer] : answers)
      json["quizzes"][module][std::to_string(number)] = {{"answer", answer.answer}, {"right", answer.right}};
  return json;
}

/// @throws whatever a file that is something else makes the parser throw
Progress parse(const std::string& text) {
  const Json json = Json::parse(text);
  if (json.at("version") != 1) throw Error("of another version");
  Progress progress;
  for (const auto& [name, entry] : json.at("exercises").items()) {
    if (entry.is_null()) continue;
    ExerciseRecord& record = progress.exercises[name];
    record.verdict = status_of(entry.value("verdict", word_of(Status::did_not_run)));
    record.source = entry.value("source", "");
    record.passed = entry.value("passed", 0);
    record.points = entry.value("points", 0);
    record.hints = std::max(entry.value("hints", 0), 0);
  }
  for (const auto& [module, answers] : json.at("quizzes").items())
    for (const auto& [number, entry] : answers.items())
      progress.quizzes[module][std::stoi(number)] = {entry.at("answer"), entry.at("right")};
  return progress;
}

/// Held while progress is changed. Where it cannot be had (a network mount without locks) the change is made without.
class Lock {
 public:
  explicit Lock(const fs::path& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX);
  }
  ~Lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int descriptor_;
};

}  // namespace

ExerciseRecord Progress::exercise(const std::string& name) const {
  const auto found = exercises.find(name);
  return found == exercises.end() ? ExerciseRecord{} : found->second;
}

Progress read_progress(const fs::path& root) {
  if (!fs::exists(file(root))) return {};
  const std::string text = read_text(file(root));
  try {
    return parse(text);
  } catch (const std::exception&) {
    fs::path aside;
    for (int i = 1; aside.empty() || fs::exists(aside); ++i)
      aside = folder(root) / ("progress.damaged-" + std::to_string(i) + ".json");
    Progress progress;
    std::error_code failed;
    fs::rename(file(root), aside, failed);
    progress.remark = file(root).lexically_relative(root).string() + " is damaged; " +
                      (failed ? "it cannot be moved aside (" + failed.message() + ")"
                              : "it is now " + aside.lexically_relative(root).string()) +
                      ", and progress begins anew: `tt check --all` finds out what is done";
    return progress;
  }
}

Progress update_progress(const fs::path& root, const std::function<void(Progress&)>& change) {
  std::error_code failed;
  fs::create_directories(folder(root), failed);
  if (failed) throw Error(folder(root).string() + " cannot be made: " + failed.message());
  const Lock lock(folder(root) / "lock");
  Progress progress = read_progress(root);
  change(progress);
  write_file(file(root), to_json(progress).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  return progress;
}

std::string word_of(State state) {
  constexpr const char* kWords[] = {"not attempted", "not checked", "stale", "failing", "done", "missing"};
  return kWords[static_cast<std::size_t>(state)];
}

State state_of(const fs::path& root, const Exercise& exercise, const ExerciseRecord& record) {
  const fs::path source = root / exercise_file(exercise);
  if (!fs::is_regular_file(source)) return State::missing;
  const std::string text = read_text(source);
  std::string start;
  try {
    start = start_text(root, exercise);
  } catch (const Error&) {  // nobody knows how it began: then the records alone tell
  }
  if (same_code(text, start)) return State::not_attempted;
  if (record.verdict == Status::did_not_run || record.verdict == Status::ungraded) return State::not_checked;
  if (hash_of(text) != record.source) return State::stale;
  if (record.verdict == Status::passed) return State::done;
  return record.verdict == Status::not_attempted ? State::not_attempted : State::failing;
}

int visible_points(const Exercise& exercise) {
  int points = 0;
  for (const TestEntry& test : exercise.tests) points += test.hidden ? 0 : test.points;
  return points;
}

int visible_tests(const Exercise& exercise) {
  return static_cast<int>(
      std::count_if(exercise.tests.begin(), exercise.tests.end(), [](const TestEntry& test) { return !test.hidden; }));
}

const Exercise* next_exercise(const fs::path& root, const Catalog& catalog, const Progress& progress,
                              const Exercise* after) {
  bool reached = after == nullptr;
  const Exercise* before = nullptr;  // the first open one before `after`: it is the next one when none comes later
  for (const Module& module : catalog.modules)
    for (const Exercise& exercise : module.exercises) {
      if (after != nullptr && exercise.name == after->name) {
        reached = true;
        continue;
      }
      if ((!reached && before != nullptr) || state_of(root, exercise, progress.exercise(exercise.name)) == State::done)
        continue;
      if (reached) return &exercise;
      before = &exercise;
    }
  return before;
}

}  // namespace tinytorch::course
