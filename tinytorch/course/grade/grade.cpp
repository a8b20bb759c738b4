#include "tinytorch/course/grade/grade.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "tinytorch/base/error.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesListed = 10;

int number_in(const std::string& text, const std::string& whole) {
  if (text.empty() || text.size() > 3 || text.find_first_not_of("0123456789") != std::string::npos)
    throw Error("modules \"" + whole + "\": \"" + text + "\" is no module number; write 3, 1-5 or 1,4-6");
  return std::stoi(text);
}

/// Where the submission keeps an exercise, or nothing. A symbolic link is followed nowhere: what it names may be a
/// file of the machine that grades.
struct Found {
  fs::path file;
  std::string refused;
};

Found find_source(const fs::path& submission, const Exercise& exercise) {
  const std::string file = exercise.name + ".cpp";
  std::error_code error;
  for (const fs::path& place : {fs::path("exercises") / exercise.module / file, fs::path(exercise.module) / file, fs::path(file)}) {
    fs::path path = submission;
    bool linked = false;
    for (const fs::path& part : place) {
      path /= part;
      linked = linked || fs::is_symlink(fs::symlink_status(path, error));
    }
    const fs::file_status status = fs::symlink_status(path, error);
    if (!fs::exists(status)) continue;
    if (linked) return {{}, place.string() + " is, or lies behind, a symbolic link, which is not followed"};
    if (!fs::is_regular_file(status)) return {{}, place.string() + " is not a regular file"};
    return {path, ""};
  }
  return {{}, ""};
}

ExerciseGrade all_with(const Exercise& exercise, const std::vector<TestEntry>& tests, Status status, const std::string& message) {
  ExerciseGrade grade{exercise.label(), exercise.module, {}};
  for (const TestEntry& test : tests) {
    TestResult result;
    result.name = test.name;
    result.status = status;
    result.message = message;
    grade.tests.push_back({test, result, ""});
  }
  return grade;
}

ExerciseGrade grade_exercise(const Harness& harness, const Exercise& exercise, const std::vector<TestEntry>& tests,
                             const Misconceptions& misconceptions, const fs::path& submission, const std::string& name,
                             const GradeOptions& options) {
  try {
    const Found found = find_source(submission, exercise);
    if (!found.refused.empty()) return all_with(exercise, tests, Status::did_not_compile, found.refused);
    if (found.file.empty())
      return all_with(exercise, tests, Status::not_attempted, "there is no file " + exercise.path() + ".cpp in the submission");
    Judging judging;
    judging.seed = options.key + "/" + name;
    judging.sandboxed = options.sandboxed;
    for (const TestEntry& test : tests) judging.tests.push_back(test.name);
    ExerciseGrade grade{exercise.label(), exercise.module, {}};
    const std::vector<TestResult> results = check(harness, exercise, found.file, options.cache, judging);
    for (std::size_t i = 0; i < tests.size(); ++i) {
      TestGrade test{tests[i], results.at(i), misconceptions.find(tests[i].name, results.at(i).answer)};
      test.result.seconds = 0;
      test.result.crash_frames.clear();  // addresses: other ones each time
      grade.tests.push_back(test);
    }
    return grade;
  } catch (const std::exception& error) {  // of this machine: a student's file has statuses of its own
    return all_with(exercise, tests, Status::ungraded, error.what());
  }
}

std::vector<std::string> files_ignored(const fs::path& submission, const std::vector<Module>& modules) {
  std::set<std::string> wanted;
  for (const Module& module : modules)
    for (const Exercise& exercise : module.exercises) wanted.insert(exercise.name + ".cpp");
  std::vector<std::string> ignored;
  std::error_code error;
  for (fs::recursive_directory_iterator at(submission, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end && ignored.size() <= kFilesListed; at.increment(error)) {
    if (at->is_directory(error) && !at->is_symlink(error)) {
      if (at->path().filename().string().starts_with(".")) at.disable_recursion_pending();
      continue;
    }
    if (wanted.count(at->path().filename().string()) == 0) ignored.push_back(at->path().lexically_relative(submission).string());
  }
  std::sort(ignored.begin(), ignored.end());
  return ignored;
}

}  // namespace

int ExerciseGrade::points() const {
  int sum = 0;
  for (const TestGrade& test : tests) sum += test.points();
  return sum;
}

int ExerciseGrade::possible() const {
  int sum = 0;
  for (const TestGrade& test : tests) sum += test.test.points;
  return sum;
}

int Grade::points() const {
  int sum = 0;
  for (const ExerciseGrade& exercise : exercises) sum += exercise.points();
  return sum;
}

int Grade::possible() const {
  int sum = 0;
  for (const ExerciseGrade& exercise : exercises) sum += exercise.possible();
  return sum;
}

int Grade::ungraded() const {
  int count = 0;
  for (const ExerciseGrade& exercise : exercises)
    for (const TestGrade& test : exercise.tests) count += test.result.status == Status::ungraded;
  return count;
}

std::vector<Module> select_modules(const Catalog& catalog, const std::string& which) {
  std::set<int> wanted;
  std::istringstream parts(which);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t dash = part.find('-');
    const int first = number_in(part.substr(0, dash), which);
    const int last = dash == std::string::npos ? first : number_in(part.substr(dash + 1), which);
    if (last < first) throw Error("modules \"" + which + "\": " + part + " runs backwards");
    for (int number = first; number <= last; ++number) wanted.insert(number);
  }
  std::vector<Module> modules;
  for (const Module& module : catalog.modules)
    if (which.empty() || wanted.erase(module.number) > 0) modules.push_back(module);
  if (!wanted.empty()) catalog.module(std::to_string(*wanted.begin()));  // says what there is
  return modules;
}

Grade grade(const Harness& harness, const std::vector<Module>& modules, const fs::path& submission, const std::string& name,
            const GradeOptions& options) {
  Grade grade;
  grade.submission = name;
  struct Task {
    const Exercise* exercise;
    const Misconceptions* misconceptions;
    std::vector<TestEntry> tests;
  };
  std::vector<Task> tasks;
  std::vector<Misconceptions> known;
  known.reserve(modules.size());
  int hidden_elsewhere = 0;
  for (const Module& module : modules) {
    known.emplace_back(options.root, module);
    for (const Exercise& exercise : module.exercises) {
      Task task{&exercise, &known.back(), {}};
      const bool has_hidden = fs::exists(options.root / "tests" / (exercise.path() + "_hidden_test.cpp"));
      for (const TestEntry& test : exercise.tests) {
        if (!test.hidden || has_hidden) task.tests.push_back(test);
        else hidden_elsewhere += test.points;
      }
      tasks.push_back(task);
    }
  }
  grade.exercises.resize(tasks.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  int done = 0;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < tasks.size();) {
      ExerciseGrade result =
          grade_exercise(harness, *tasks[i].exercise, tasks[i].tests, *tasks[i].misconceptions, submission, name, options);
      const std::lock_guard lock(mutex);
      grade.exercises[i] = std::move(result);
      if (options.progress) options.progress(++done, static_cast<int>(tasks.size()));
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < options.jobs; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();

  if (hidden_elsewhere > 0)
    grade.notes.push_back(std::to_string(hidden_elsewhere) + " more points are graded by tests that are not in this tree");
  const std::vector<std::string> ignored = files_ignored(submission, modules);
  std::string words;
  for (std::size_t i = 0; i < ignored.size() && i < kFilesListed; ++i) words += (i == 0 ? "" : ", ") + ignored[i];
  if (!ignored.empty()) grade.notes.push_back("files that no exercise asks for: " + words + (ignored.size() > kFilesListed ? ", …" : ""));
  return grade;
}

}  // namespace tinytorch::course
