#include "tinytorch/course/harness.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/course/binary.h"
#include "tinytorch/course/sandbox.h"
#include "tinytorch/course/submission.h"
#include "tinytorch/course/values.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kNeededOnDisk = 64 << 20;

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

Worker refused(Status status, const std::string& words) {
  Worker worker;
  worker.status = status;
  worker.output = words;
  return worker;
}

Worker refused(const Harness& harness, const Outcome& outcome) {
  switch (outcome.end) {
    case End::timed_out:
      return refused(Status::timed_out, "the compiler needed more than " +
                                            std::to_string(static_cast<int>(harness.compile_seconds)) + " seconds");
    case End::could_not_start: return refused(Status::ungraded, outcome.reason);
    default: break;
  }
  const std::string output = valid_utf8(outcome.output);
  return refused(Status::did_not_compile, output.find_first_not_of(" \n") == std::string::npos ? "the compiler failed" : output);
}

bool good(const Outcome& outcome) { return outcome.end == End::exited && outcome.code == 0; }

bool lies_in(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

/// Compiler and linker at work for one exercise, in a folder of their own.
class Toolchain {
 public:
  Toolchain(const Harness& harness, const fs::path& folder, std::string source, bool sandboxed)
      : harness_(harness), folder_(folder), source_(std::move(source)), sandboxed_(sandboxed) {}

  /// Empty if all went well.
  std::optional<Worker> compile(const std::string& object, std::string& warnings) {
    std::vector<std::string> flags = harness_.compile_flags;
    flags.insert(flags.end(), harness_.sanitizers.begin(), harness_.sanitizers.end());
    flags.push_back("-I" + harness_.include.string());
    if (!harness_.prefix.empty()) flags.insert(flags.end(), {"-include", harness_.prefix.string()});
    flags.push_back(source_);
    const bool looks_itself = sandboxed_ && !confines_files();
    if (looks_itself)
      if (std::optional<Worker> stranger = look_for_strangers(flags)) return stranger;
    flags.insert(flags.end(), {"-c", "-o", object});
    const bool gnu = fs::path(harness_.compiler).filename().string().find("clang") == std::string::npos;
    if (looks_itself && gnu) flags.push_back("-Wa,--MD," + kAssembled);
    const Outcome outcome = run(flags, readable());
    if (looks_itself && fs::exists(folder_ / kAssembled))
      if (const std::string path = stranger_in(kAssembled); !path.empty()) return refuse_stranger(path);
    if (!good(outcome)) return failed(outcome);
    warnings = valid_utf8(outcome.output);
    return {};
  }
  std::optional<Worker> link(const std::vector<std::string>& parts, const std::string& program) {
    std::vector<std::string> flags = harness_.sanitizers;
    // The student's object may not bring code for the compiler of link time, nor options for it.
    if (sandboxed_) flags.insert(flags.end(), {"-fno-lto", "-fno-use-linker-plugin"});
    flags.insert(flags.end(), parts.begin(), parts.end());
    flags.insert(flags.end(), harness_.libraries.begin(), harness_.libraries.end());
    flags.insert(flags.end(), {"-o", program});
    const Outcome outcome = run(flags, {parts.begin(), parts.end()});
    if (!good(outcome)) return failed(outcome);
    return {};
  }

 private:
  const std::string kIncluded = "included.d", kAssembled = "assembled.d";

  /// What the compiler may read besides the system's headers.
  std::vector<fs::path> readable() const {
    std::vector<fs::path> files{harness_.include / "tinytorch"};
    for (const char* kind : {"", ".gch", ".pch"})
      if (const fs::path file = harness_.prefix.string() + kind; !harness_.prefix.empty() && fs::exists(file)) files.push_back(file);
    return files;
  }

  Outcome run(std::vector<std::string> arguments, std::vector<fs::path> readable) const {
    Command command;
    arguments.insert(arguments.begin(), harness_.compiler);
    command.arguments = std::move(arguments);
    command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "TMPDIR=."};
    command.directory = folder_;
    command.limits = {.wall_seconds = harness_.compile_seconds,
                      .cpu_seconds = static_cast<std::int64_t>(harness_.compile_seconds) + 1,
                      .memory_bytes = std::uint64_t{sandboxed_ ? 2u : 4u} << 30,
                      .file_bytes = std::uint64_t{256} << 20,
                      .open_files = 256};
    command.sandboxed = sandboxed_;
    command.toolchain = true;
    command.readable = std::move(readable);
    for (const std::string& library : harness_.libraries)
      if (library.starts_with("/")) command.readable.push_back(library);
    return course::run(command);
  }
  Worker failed(const Outcome& outcome) const {
    std::error_code unknown;
    const fs::space_info space = fs::space(folder_, unknown);
    if (!unknown && space.available < kNeededOnDisk) throw Error(folder_.parent_path().string() + ": the disk is full");
    return refused(harness_, outcome);
  }

  // Where the system cannot confine what the compiler reads, its own list of files is looked through, and nothing that it
  // says reaches the student before that: it would quote them.
  std::optional<Worker> look_for_strangers(std::vector<std::string> flags) const {
    flags.insert(flags.end(), {"-M", "-MF", kIncluded, "-fno-diagnostics-show-caret"});
    Outcome outcome = run(flags, readable());
    if (!good(outcome)) {
      std::istringstream lines(outcome.output);
      outcome.output.clear();
      for (std::string line; std::getline(lines, line);)
        if (line.starts_with(source_ + ":")) outcome.output += line + "\n";
      return failed(outcome);
    }
    if (const std::string path = stranger_in(kIncluded); !path.empty()) return refuse_stranger(path);
    return {};
  }
  std::string stranger_in(const std::string& list) const {
    std::string text = text_of(folder_ / list);
    for (std::size_t at; (at = text.find("\\\n")) != std::string::npos;) text.replace(at, 2, " ");
    std::istringstream words(text);
    std::vector<fs::path> known{harness_.include / "tinytorch", "/usr/include", "/usr/lib", "/usr/local/include", "/usr/local/lib"};
    known.push_back(fs::weakly_canonical(harness_.compiler).parent_path().parent_path() / "lib");
    for (const fs::path& file : readable()) known.push_back(fs::weakly_canonical(file));
    for (std::string word; words >> word;) {
      if (word.ends_with(":")) continue;  // what depends on them
      const fs::path path = fs::weakly_canonical(folder_ / word);
      if (path.parent_path() == fs::weakly_canonical(folder_)) continue;  // the source, and what the compiler made of it
      if (std::none_of(known.begin(), known.end(), [&](const fs::path& folder) { return lies_in(path, folder); })) return word;
    }
    return "";
  }
  Worker refuse_stranger(const std::string& path) const {
    return refused(Status::did_not_compile,
                   source_ + " includes " + valid_utf8(path) + "; it may include headers of tinytorch/ and of the system");
  }

  const Harness& harness_;
  const fs::path& folder_;
  std::string source_;
  bool sandboxed_;
};

/// As if we had made it ourselves, and for everybody to run.
void take_over(const fs::path& path) {
  [[maybe_unused]] const int same = ::lchown(path.c_str(), ::geteuid(), ::getegid());
  std::error_code ignored;
  fs::permissions(path, static_cast<fs::perms>(0755), ignored);
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
    harness.prefix = json.at("prefix").get<std::string>();
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
  const Source source = read_source(source_path, !sandboxed);
  if (!source.refusal.empty()) return refused(Status::did_not_compile, source.refusal);
  const std::string file = exercise.name + ".cpp";
  std::uint64_t key = hash(hash(0xcbf29ce484222325u, harness.identity), sandboxed ? "sandboxed" : "");
  for (const std::string& name : exercise.may_not_call) key = hash(key, name + ";");
  const fs::path kept = fs::absolute(cache) / (exercise.name + "-" + hex(hash(key, source.text)));
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

  Scratch scratch(fs::absolute(cache));
  const fs::path& folder = scratch.path();
  std::ofstream(folder / file, std::ios::binary) << source.text;
  fs::permissions(folder / file, static_cast<fs::perms>(0644), none);
  // A trusted file is compiled where it lies: what the compiler says names it, and it may include its neighbours.
  Toolchain toolchain(harness, folder, sandboxed ? file : fs::absolute(source_path).string(), sandboxed);
  if (std::optional<Worker> failure = toolchain.compile("exercise.o", worker.output)) return *failure;
  if (const std::string name = called_of(folder / "exercise.o", exercise.may_not_call); !name.empty())
    return refused(Status::did_not_compile, file + " uses " + name + ", which does the work of this exercise: write it yourself");
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
  Scratch scratch(harness.build / "course" / "scratch");
  Command command;
  command.arguments = {(harness.build / "course" / ("judge_" + exercise.module)).string(), "--worker=" + worker.program.string(),
                       "--tests=" + filter, "--seed=" + judging.seed, "--scratch=" + scratch.path().string()};
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
      if (result.status == Status::crashed) result.line = line_of(worker, result, scratch.path(), exercise);
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
