#include "tinytorch/course/harness.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
constexpr double kCompileSeconds = 60;

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

std::uint64_t hash(std::uint64_t seed, std::string_view bytes) {
  for (const char c : bytes) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;  // FNV-1a
  return seed;
}

std::string hex(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string text_of(const fs::path& file) {
  const std::vector<std::uint8_t> bytes = read_file(file, std::uint64_t{1} << 20);
  return {bytes.begin(), bytes.end()};
}

/// Folders that are removed when this goes out of scope.
class Scratch {
 public:
  explicit Scratch(const fs::path& parent) {
    fs::create_directories(parent);
    std::string name = (parent / "scratch-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw Error(parent.string() + ": no temporary folder can be made here");
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Worker failed(const Outcome& outcome) {
  Worker worker;
  worker.output = outcome.output;
  worker.status = Status::did_not_compile;
  if (outcome.end == End::timed_out) {
    worker.status = Status::timed_out;
    worker.output = "the compiler needed more than " + std::to_string(static_cast<int>(kCompileSeconds)) + " seconds";
  } else if (outcome.end == End::could_not_start) {
    worker.status = Status::ungraded;
    worker.output = outcome.reason;
  }
  return worker;
}

Outcome run_compiler(const Harness& harness, std::vector<std::string> arguments, const fs::path& directory,
                     const fs::path& source, bool sandboxed) {
  Command command;
  arguments.insert(arguments.begin(), harness.compiler);
  command.arguments = std::move(arguments);
  command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "TMPDIR=" + directory.string()};
  command.directory = directory;
  command.limits = {.wall_seconds = kCompileSeconds, .cpu_seconds = 60, .memory_bytes = std::uint64_t{4} << 30,
                    .file_bytes = std::uint64_t{256} << 20, .open_files = 256};
  command.sandboxed = sandboxed;
  command.readable = {source, harness.include / "tinytorch", harness.build, "/usr", "/etc/alternatives"};
  return run(command);
}

}  // namespace

Harness read_harness(const fs::path& root, const fs::path& build) {
  const fs::path file = build / "course" / "harness.json";
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(text_of(file));
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
    harness.core = json.at("core").get<std::string>();
    for (const auto& [name, object] : json.at("scenarios").items())
      if (!name.empty()) harness.scenarios[name] = object.get<std::string>();
    std::uint64_t identity = hash(0xcbf29ce484222325u, json.dump());
    std::vector<fs::path> parts = harness.worker;
    parts.insert(parts.end(), harness.solutions.begin(), harness.solutions.end());
    parts.push_back(harness.core);
    for (const auto& [name, object] : harness.scenarios) parts.push_back(object);
    std::error_code missing;
    for (const fs::path& part : parts) {
      const auto time = fs::last_write_time(part, missing);
      if (!missing) identity = hash(identity, std::to_string(time.time_since_epoch().count()));
    }
    harness.identity = hex(identity);
    return harness;
  } catch (const nlohmann::json::exception& error) {
    throw Error(file.string() + " is damaged (" + error.what() + "); configure the build again");
  }
}

Worker build_worker(const Harness& harness, const Exercise& exercise, const fs::path& source_path, const fs::path& cache,
                    bool sandboxed) {
  const auto scenarios = harness.scenarios.find(exercise.path());
  if (scenarios == harness.scenarios.end()) throw Error("there are no scenarios for " + exercise.label());
  const fs::path source = fs::absolute(source_path);
  const std::string text = text_of(source);
  const fs::path kept = cache / (exercise.name + "-" + hex(hash(hash(0xcbf29ce484222325u, harness.identity), text)));
  Worker worker;
  worker.program = kept / "worker";
  std::error_code none;
  // A hash can collide by somebody's effort; the source itself decides.
  if (fs::exists(worker.program, none) && text_of(kept / source.filename()) == text) return worker;

  Scratch scratch(cache);
  const fs::path object = scratch.path() / "exercise.o", program = scratch.path() / "worker";
  std::vector<std::string> compile = harness.compile_flags;
  compile.insert(compile.end(), harness.sanitizers.begin(), harness.sanitizers.end());
  compile.insert(compile.end(), {"-I" + harness.include.string(), "-c", source.string(), "-o", object.string()});
  Outcome outcome = run_compiler(harness, compile, scratch.path(), source, sandboxed);
  if (outcome.end != End::exited || outcome.code != 0) return failed(outcome);
  worker.output = outcome.output;  // warnings

  std::vector<std::string> link = harness.sanitizers;
  link.insert(link.end(), {"-rdynamic", object.string(), scenarios->second.string()});
  for (const fs::path& part : harness.worker) link.push_back(part.string());
  const fs::path own = fs::path(exercise.module) / (exercise.name + ".cpp.o");
  for (const fs::path& part : harness.solutions)
    if (!part.string().ends_with("/" + own.string())) link.push_back(part.string());
  link.push_back(harness.core.string());
  link.insert(link.end(), harness.libraries.begin(), harness.libraries.end());
  link.insert(link.end(), {"-o", program.string()});
  outcome = run_compiler(harness, link, scratch.path(), source, sandboxed);
  if (outcome.end != End::exited || outcome.code != 0) return failed(outcome);

  std::ofstream(scratch.path() / source.filename(), std::ios::binary) << text;
  fs::remove(object, none);
  fs::rename(scratch.path(), kept, none);  // fails if another process was faster: then its worker serves
  if (none && !fs::exists(worker.program)) {  // something else of that name: replace it
    fs::remove_all(kept, none);
    fs::rename(scratch.path(), kept);
  }
  return worker;
}

std::vector<TestResult> judge(const Harness& harness, const Exercise& exercise, const Worker& worker, const Judging& judging) {
  std::vector<std::string> tests = judging.tests;
  if (tests.empty())
    for (const TestEntry& test : exercise.tests)
      if (!test.hidden) tests.push_back(test.name);
  std::string filter;
  for (const std::string& test : tests) filter += (filter.empty() ? "" : ":") + test;
  Scratch scratch(harness.build / "course" / "scratch");
  Command command;
  command.arguments = {(harness.build / "course" / ("judge_" + exercise.module)).string(), "--worker=" + worker.program.string(),
                       "--tests=" + filter, "--seed=" + judging.seed, "--scratch=" + scratch.path().string()};
  if (judging.sandboxed) command.arguments.push_back("--sandbox");
  if (!harness.sanitizers.empty()) command.arguments.push_back("--unlimited-memory");
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
      came[result.name] = std::move(result);
    } catch (const std::exception&) {  // cut off in the middle: that test is ungraded
    }
  }
  std::vector<TestResult> results;
  for (const std::string& test : tests) {
    const auto found = came.find(test);
    if (found != came.end()) {
      results.push_back(found->second);
      continue;
    }
    TestResult missing;
    missing.name = test;
    missing.status = Status::ungraded;
    missing.message = outcome.end == End::could_not_start ? outcome.reason
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
