#include "tinytorch/course/harness.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "tinytorch/base/error.h"
#include "tinytorch/base/hash.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/course/binary.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/submission.h"
#include "tinytorch/course/toolchain.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words(const std::string& text, char separator) {
  std::vector<std::string> result;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, separator);)
    if (!word.empty()) result.push_back(word);
  return result;
}

std::vector<fs::path> paths(const std::string& text) {
  const std::vector<std::string> names = words(text, ';');
  return {names.begin(), names.end()};
}

/// As if we had made it ourselves, and for everybody to run.
void take_over(const fs::path& path) {
  [[maybe_unused]] const int same = ::lchown(path.c_str(), ::geteuid(), ::getegid());
  std::error_code ignored;
  fs::permissions(path, static_cast<fs::perms>(0755), ignored);
}

}  // namespace

std::vector<fs::path> Harness::prefix_files() const {
  std::vector<fs::path> files;
  if (prefix.empty()) return files;
  for (const char* kind : {"", ".gch", ".pch"})
    if (const fs::path file = prefix.string() + kind; fs::exists(file)) files.push_back(file);
  return files;
}

Harness read_harness(const fs::path& root, const fs::path& build) {
  const fs::path file = build / "course" / "harness.json";
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(read_text(file));
    Harness harness;
    harness.root = root;
    harness.build = build;
    harness.compiler = json.at("compiler");
    harness.compile_flags = words(json.at("compile_flags"), ' ');
    harness.sanitizers = words(json.at("sanitizers"), ' ');
    harness.libraries = words(json.at("libraries"), ' ');
    harness.worker = paths(json.at("worker"));
    harness.solutions = paths(json.at("solutions"));
    harness.include = json.at("include").get<std::string>();
    harness.prefix = json.at("prefix").get<std::string>();
    harness.core = json.at("core").get<std::string>();
    for (const auto& [name, object] : json.at("scenarios").items())
      if (!name.empty()) harness.scenarios[name] = object.get<std::string>();
    std::uint64_t identity = fnv1a(json.dump());
    std::vector<fs::path> parts = harness.worker;
    parts.insert(parts.end(), harness.solutions.begin(), harness.solutions.end());
    parts.push_back(harness.core);
    for (const fs::path& prefix : harness.prefix_files()) parts.push_back(prefix);
    for (const auto& [name, object] : harness.scenarios) parts.push_back(object);
    std::error_code missing;
    for (const fs::path& part : parts) {
      const auto time = fs::last_write_time(part, missing);
      if (!missing) identity = fnv1a(std::to_string(time.time_since_epoch().count()), identity);
    }
    harness.identity = hex_text(identity);
    return harness;
  } catch (const nlohmann::json::exception& error) {
    throw Error(file.string() + " is damaged (" + error.what() + "); configure the build again");
  }
}

Worker build_worker(const Harness& harness, const Exercise& exercise, const fs::path& source_path, const fs::path& cache,
                    bool sandboxed) {
  const auto scenarios = harness.scenarios.find(exercise.path());
  if (scenarios == harness.scenarios.end()) throw Error("there are no scenarios for " + exercise.label());
  const Source source = read_source(source_path, !sandboxed);
  if (!source.refusal.empty()) return did_not_compile(source.refusal);
  const std::string file = exercise.name + ".cpp";
  std::uint64_t key = fnv1a(sandboxed ? "sandboxed" : "", fnv1a(harness.identity));
  for (const std::string& name : exercise.may_not_call) key = fnv1a(name + ";", key);
  const fs::path kept = fs::absolute(cache) / (exercise.name + "-" + hex_text(fnv1a(source.text, key)));
  Worker worker;
  worker.program = kept / "worker";
  std::error_code none;
  // A hash can collide by somebody's effort; the source itself decides.
  const auto is_kept = [&] {
    return fs::exists(worker.program, none) && read_source(kept / file, false).text == source.text;
  };
  if (is_kept()) return worker;

  std::vector<std::string> parts{"exercise.o", scenarios->second.string()};
  for (const fs::path& part : harness.worker) parts.push_back(part.string());
  const fs::path own = fs::path(exercise.module) / (exercise.name + ".cpp.o");
  for (const fs::path& part : harness.solutions)
    if (!part.string().ends_with("/" + own.string())) parts.push_back(part.string());
  parts.push_back(harness.core.string());
  for (const std::string& part : parts)
    if (part.starts_with("/") && !fs::exists(part, none)) throw Error(part + " is missing: build harness_" + exercise.name);

  const TemporaryDirectory scratch(fs::absolute(cache));
  const fs::path& folder = scratch.path;
  std::ofstream(folder / file, std::ios::binary) << source.text;
  fs::permissions(folder / file, static_cast<fs::perms>(0644), none);
  // A trusted file is compiled where it lies: what the compiler says names it, and it may include its neighbours.
  Toolchain toolchain(harness, folder, sandboxed ? file : fs::absolute(source_path).string(), sandboxed);
  if (std::optional<Worker> failure = toolchain.compile("exercise.o", worker.output)) return *failure;
  if (const std::string name = called_of(folder / "exercise.o", exercise.may_not_call); !name.empty())
    return did_not_compile(file + " uses " + name + ", which does the work of this exercise: write it yourself");
  if (std::optional<Worker> failure = toolchain.link(parts, "worker")) return *failure;

  fs::remove(folder / "exercise.o", none);
  take_over(folder / "worker");
  take_over(folder);
  fs::rename(folder, kept, none);
  if (none && !is_kept()) {  // not that another process was faster, but something else of that name
    fs::remove_all(kept, none);
    fs::rename(folder, kept);
  }
  return worker;
}

namespace {

/// Where in the student's file; only a help, so never an error.
std::string line_of(const Worker& worker, const TestResult& crashed, const fs::path& scratch, const Exercise& exercise) {
  if (crashed.crash_frames.empty()) return "";
  const fs::path copy = scratch / "crashed" / "worker";
  std::error_code error;
  fs::create_directory(copy.parent_path(), error);
  fs::copy_file(worker.program, copy, fs::copy_options::skip_existing, error);
  try {
    return crash_site(copy, crashed.crash_frames, exercise.name + ".cpp");
  } catch (const Error&) {
    return "";
  }
}

}  // namespace

std::vector<TestResult> judge(const Harness& harness, const Exercise& exercise, const Worker& worker, const Judging& judging) {
  std::vector<std::string> tests = judging.tests;
  if (tests.empty())
    for (const TestEntry& test : exercise.tests)
      if (!test.hidden) tests.push_back(test.name);
  std::string filter;
  for (const std::string& test : tests) filter += (filter.empty() ? "" : ":") + test;
  const TemporaryDirectory scratch(harness.build / "course" / "scratch");
  Command command;
  command.arguments = {(harness.build / "course" / ("judge_" + exercise.module)).string(), "--worker=" + worker.program.string(),
                       "--tests=" + filter, "--seed=" + judging.seed, "--scratch=" + scratch.path.string()};
  if (judging.sandboxed) command.arguments.push_back("--sandbox");
  if (!harness.sanitizers.empty()) command.arguments.insert(command.arguments.end(), {"--unlimited-memory", "--readable=/proc"});
  for (const std::string& library : harness.libraries)
    if (library.starts_with("/") && !library.starts_with("/usr/") && !library.starts_with("/lib"))
      command.arguments.push_back("--readable=" + fs::path(library).parent_path().string());
  if (judging.seconds > 0) command.arguments.push_back("--seconds=" + std::to_string(judging.seconds));
  if (judging.stop_when_timed_out) command.arguments.push_back("--stop-when-timed-out");
  if (!judging.save_inputs.empty()) {
    fs::create_directories(judging.save_inputs);
    command.arguments.push_back("--save-inputs=" + judging.save_inputs.string());
  }
  command.limits = {.wall_seconds = 600, .cpu_seconds = 600, .memory_bytes = 0, .file_bytes = 0, .open_files = 256};
  const Outcome outcome = run(command);
  std::map<std::string, TestResult> came;
  std::istringstream lines(std::string(outcome.answer.begin(), outcome.answer.end()));
  for (std::string line; std::getline(lines, line);) {
    try {
      TestResult result = test_result_of(nlohmann::json::parse(line));
      if (result.status == Status::crashed) result.line = line_of(worker, result, scratch.path, exercise);
      came[result.name] = std::move(result);
    } catch (const std::exception&) {  // cut off in the middle: that test is ungraded
    }
  }
  std::vector<TestResult> results;
  const bool stopped = judging.stop_when_timed_out && std::any_of(came.begin(), came.end(), [](const auto& each) {
                         return each.second.status == Status::timed_out;
                       });
  for (const std::string& test : tests) {
    const auto found = came.find(test);
    if (found != came.end()) {
      results.push_back(found->second);
      continue;
    }
    TestResult missing;
    missing.name = test;
    missing.status = stopped ? Status::did_not_run : Status::ungraded;
    missing.message = stopped ? "after one that timed out" :
        outcome.end == End::could_not_start ? outcome.reason
                                                          : "the judge did not come to this test: " + outcome.output;
    results.push_back(missing);
  }
  return results;
}

std::vector<TestResult> check(const Harness& harness, const Exercise& exercise, const fs::path& source, const fs::path& cache,
                              const Judging& judging) {
  const Worker worker = build_worker(harness, exercise, source, cache, judging.sandboxed);
  if (!worker.program.empty() && worker.status == Status::passed) return judge(harness, exercise, worker, judging);
  std::vector<TestResult> results;
  for (const TestEntry& test : exercise.tests) {
    const bool asked = judging.tests.empty() ? !test.hidden
                                             : std::find(judging.tests.begin(), judging.tests.end(), test.name) != judging.tests.end();
    if (!asked) continue;
    TestResult result;
    result.name = test.name;
    result.status = worker.status;
    result.message = worker.output;
    results.push_back(result);
  }
  return results;
}

}  // namespace tinytorch::course
