#include "tinytorch/course/grade/class.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/hash.h"
#include "tinytorch/course/grade/formats.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

/// Changes when a file of the submission does, or anything else that a grade depends on.
std::string content_of(const fs::path& submission, const Harness& harness, const std::vector<Module>& modules,
                       const GradeOptions& options) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(submission, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error))
    if (at->symlink_status(error).type() == fs::file_type::regular && at->path().extension() == ".cpp") files.push_back(at->path());
  std::sort(files.begin(), files.end());
  std::uint64_t value = fnv1a(options.key, fnv1a(harness.identity));
  for (const Module& module : modules) {
    value = fnv1a(module.name, value);
    for (const char* file : {"module.toml", "misconceptions.json"}) {
      const fs::path path = options.root / "modules" / module.name / file;
      if (fs::exists(path, error)) {
        const auto bytes = read_file(path);
        value = fnv1a({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, value);
      }
    }
    const fs::path judge = harness.build / "course" / ("judge_" + module.name);
    value = fnv1a(std::to_string(fs::last_write_time(judge, error).time_since_epoch().count()), value);
  }
  for (const fs::path& file : files) {
    value = fnv1a(file.lexically_relative(submission).string(), value);
    try {
      const auto bytes = read_file(file, std::uint64_t{1} << 24);
      value = fnv1a({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, value);
    } catch (const Error& unreadable) {
      value = fnv1a(unreadable.what(), value);
    }
  }
  return hex_text(value);
}

Grade read_grade(const nlohmann::json& json) {
  Grade grade;
  grade.submission = json.at("submission");
  grade.notes = json.at("notes").get<std::vector<std::string>>();
  for (const nlohmann::json& entry : json.at("exercises")) {
    ExerciseGrade exercise{entry.at("exercise"), entry.at("module"), {}};
    for (const nlohmann::json& test : entry.at("tests")) {
      TestGrade t;
      t.result = test_result_of(test);
      t.test = {t.result.name, test.at("possible"), test.at("contract"), "", test.at("hidden")};
      t.misconception = test.value("misconception", "");
      exercise.tests.push_back(t);
    }
    grade.exercises.push_back(exercise);
  }
  return grade;
}

/// An earlier run's grade, if it is of the same content and final.
bool take_kept(const fs::path& folder, const std::string& content, Grade& grade) {
  try {
    const auto bytes = read_file(folder / "content");
    if (std::string(bytes.begin(), bytes.end()) != content + "\n") return false;
    grade = read_grade(nlohmann::json::parse(read_file(folder / "grade.json")));
    return grade.ungraded() == 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string percent(double part, double whole) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", whole > 0 ? 100 * part / whole : 0.0);
  return text;
}

struct Count {
  std::string what;
  int times = 0;
};

std::vector<Count> most(const std::map<std::string, int>& counts, std::size_t how_many) {
  std::vector<Count> sorted;
  for (const auto& [what, times] : counts) sorted.push_back({what, times});
  std::stable_sort(sorted.begin(), sorted.end(), [](const Count& a, const Count& b) { return a.times > b.times; });
  if (sorted.size() > how_many) sorted.resize(how_many);
  return sorted;
}

}  // namespace

std::vector<ClassEntry> grade_class(const Harness& harness, const std::vector<Module>& modules, const fs::path& submissions,
                                    const ClassOptions& options) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(submissions, error))
    if (entry.is_directory() && !entry.is_symlink()) folders.push_back(entry.path());
  if (folders.empty()) throw Error(submissions.string() + " holds no folder with a submission");
  std::sort(folders.begin(), folders.end());
  fs::create_directories(options.out);
  std::vector<ClassEntry> entries(folders.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  int done = 0;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < folders.size();) {
      ClassEntry entry;
      entry.name = folders[i].filename();
      try {
        const fs::path folder = options.out / entry.name;
        const std::string content = content_of(folders[i], harness, modules, options.grading);
        entry.kept = take_kept(folder, content, entry.grade);
        if (!entry.kept) {
          entry.grade = grade(harness, modules, folders[i], entry.name, options.grading);
          fs::create_directories(folder);
          write_file(folder / "grade.json", write_grade(entry.grade, "json"));
          write_file(folder / "grade.md", write_grade(entry.grade, "markdown"));
          write_file(folder / "content", content + "\n");
        }
      } catch (const std::exception& broken) {
        entry.failed = broken.what();
      }
      const std::lock_guard lock(mutex);
      entries[i] = std::move(entry);
      if (options.progress) options.progress(entries[i], ++done, static_cast<int>(folders.size()));
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < options.jobs; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  write_file(options.out / "grades.csv", class_csv(entries, modules));
  write_file(options.out / "report.md", class_report(entries));
  return entries;
}

std::string class_csv(const std::vector<ClassEntry>& entries, const std::vector<Module>& modules) {
  std::string text = "submission";
  for (const Module& module : modules) text += "," + csv_cell(module.name);
  text += ",points,possible,ungraded,problem\n";
  for (const ClassEntry& entry : entries) {
    text += csv_cell(entry.name);
    for (const Module& module : modules) {
      int points = 0;
      for (const ExerciseGrade& exercise : entry.grade.exercises)
        if (exercise.module == module.name) points += exercise.points();
      text += "," + (entry.failed.empty() ? std::to_string(points) : "");
    }
    // A submission that could not be graded has no points, which is not the same as 0.
    text += "," + (entry.failed.empty() ? std::to_string(entry.grade.points()) : "") + "," +
            (entry.failed.empty() ? std::to_string(entry.grade.possible()) : "") + "," +
            std::to_string(entry.grade.ungraded()) + "," + csv_cell(entry.failed) + "\n";
  }
  return text;
}

std::string class_report(const std::vector<ClassEntry>& entries) {
  std::vector<double> shares;
  std::map<std::string, int> missed, reached, believed;
  int tests_ungraded = 0, failed = 0;
  for (const ClassEntry& entry : entries) {
    failed += !entry.failed.empty();
    if (!entry.failed.empty()) continue;
    tests_ungraded += entry.grade.ungraded();
    if (entry.grade.possible() > 0) shares.push_back(static_cast<double>(entry.grade.points()) / entry.grade.possible());
    for (const ExerciseGrade& exercise : entry.grade.exercises) {
      std::map<std::string, bool> said;  // once a submission, however many tests show it
      for (const TestGrade& test : exercise.tests) {
        const Status status = test.result.status;
        const bool tried = status != Status::not_attempted && status != Status::ungraded;
        reached[test.test.name] += tried;
        missed[test.test.name] += tried && status != Status::passed;
        if (!test.misconception.empty()) said[exercise.label + ": " + test.misconception] = true;
      }
      for (const auto& [words, yes] : said) believed[words] += yes;
    }
  }
  std::string text = "# Class report\n\n" + std::to_string(entries.size()) + " submissions";
  if (failed > 0) text += ", " + std::to_string(failed) + " could not be graded";
  if (tests_ungraded > 0) text += ", " + std::to_string(tests_ungraded) + " single tests could not be graded (run this again)";
  text += ".\n\n## Points\n\n";
  std::sort(shares.begin(), shares.end());
  if (!shares.empty()) {
    text += "Median " + percent(shares[shares.size() / 2], 1) + ", lowest " + percent(shares.front(), 1) + ", highest " +
            percent(shares.back(), 1) + ".\n\n| share of the points | submissions | |\n|---|---:|---|\n";
    for (int decile = 0; decile < 10; ++decile) {
      int count = 0;
      for (const double share : shares) count += std::min(9, static_cast<int>(share * 10)) == decile;
      text += "| " + std::to_string(decile * 10) + "–" + std::to_string(decile * 10 + 10) + " % | " + std::to_string(count) + " | " +
              std::string(static_cast<std::size_t>(40 * count) / shares.size(), '#') + " |\n";
    }
  }
  std::map<std::string, int> hardest;  // in per mille of those who tried
  for (const auto& [test, times] : missed)
    if (times > 0) hardest[test] = 1000 * times / reached[test];
  text += "\n## Hardest tests\n\n| test | did not pass | tried |\n|---|---:|---:|\n";
  for (const Count& count : most(hardest, 10))
    text += "| " + count.what + " | " + std::to_string(missed[count.what]) + " (" + percent(missed[count.what], reached[count.what]) +
            ") | " + std::to_string(reached[count.what]) + " |\n";
  text += "\n## Most frequent misconceptions\n\n";
  for (const Count& count : most(believed, 10)) text += "- " + std::to_string(count.times) + " × " + count.what + "\n";
  if (believed.empty()) text += "None that is known.\n";
  return text;
}

}  // namespace tinytorch::course
