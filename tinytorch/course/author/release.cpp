#include "tinytorch/course/author/release.h"

#include <sys/utsname.h>

#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/course/author/jobs.h"
#include "tinytorch/course/author/solution_lines.h"
#include "tinytorch/course/generate.h"
#include "tinytorch/course/process.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/tree.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

/// What is of no use without solutions; a name that ends in / or _ is the beginning of others.
constexpr const char* kForAuthors[] = {".ci/",
                                       ".github/",
                                       "docs/house.py",
                                       "docs/instructor/run_autograder",
                                       "docs/instructor/setup.sh",
                                       "docs/instructor/check.yml",
                                       "exercises/",
                                       "reference/",
                                       "solutions/",
                                       "tests/benchmarks/",
                                       "tests/framework/course/",
                                       "tests/fuzz/",
                                       "tinytorch/cli/course/author",
                                       "tinytorch/cli/course/instructor",
                                       "tinytorch/course/author/"};

void must(const Outcome& outcome, const std::string& what) {
  if (outcome.end != End::exited || outcome.code != 0)
    throw Error(what + " failed: " + outcome.reason + outcome.output);
}

Outcome run_tool(std::vector<std::string> arguments, const fs::path& directory) {
  Command command;
  command.arguments = std::move(arguments);
  command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  command.directory = directory;
  command.limits = {.wall_seconds = 600, .cpu_seconds = 0, .memory_bytes = 0, .file_bytes = 0, .open_files = 0};
  return run(command);
}

/// The reference body of an exercise, without debug information, local names or paths of this machine.
void compile_body(const fs::path& root, const Harness& harness, const Exercise& exercise, const fs::path& object) {
  const std::string source = "solutions/" + exercise.path() + ".cpp";
  fs::create_directories(object.parent_path());
  must(run_tool({harness.compiler, "-std=gnu++20", "-O2", "-g0", "-DNDEBUG", "-fPIC", "-ffp-contract=off",
                 "-ffile-prefix-map=" + root.string() + "=.", "-I.", "-c", source, "-o", object.string()},
                root),
       "compiling " + source);
  must(run_tool({"/usr/bin/env", "strip", "--strip-unneeded", object.string()}, root), "strip");
  const std::string bytes = read_text(object);
  for (const std::string& path : {root.string() + "/", std::string("/usr/include/")})
    if (bytes.find(path) != std::string::npos) throw Error(source + ": its object file holds the path " + path);
}

/// Every file of the tree, searched for lines of solutions.
void scan_tree(const fs::path& tree, const SolutionLines& lines) {
  Findings findings;
  for (const auto& entry : fs::recursive_directory_iterator(tree)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().lexically_relative(tree);
    const std::vector<std::uint8_t> bytes = read_file(entry.path());
    for (const Finding& finding : lines.scan(name, {bytes.begin(), bytes.end()}))
      findings.add(finding.where, finding.what);
  }
  const std::vector<Finding> found = findings.sorted();
  if (found.empty()) return;
  std::string words =
      std::to_string(found.size()) + " lines of solutions stand in files for students; nothing is released:";
  for (const Finding& finding : found) words += "\n  " + finding.where + " " + finding.what;
  throw Error(words);
}

/// A folder that goes away unless it is kept.
struct Staging {
  fs::path path;
  ~Staging() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
};

}  // namespace

std::string this_machine() {
  utsname names{};
  if (::uname(&names) != 0) throw Error("uname does not tell what this machine is");
  return std::string(names.sysname) + "-" + names.machine;
}

bool students_get(const fs::path& file, const std::vector<std::string>& modules) {
  const std::string name = file.generic_string();
  for (const char* other : kForAuthors)
    if (name.starts_with(other)) return false;
  const std::string first = file.begin()->string();
  if (first != "modules" && first != "tests") return true;
  const std::string module = std::next(file.begin()) == file.end() ? "" : std::next(file.begin())->string();
  if (module.empty() || std::isdigit(static_cast<unsigned char>(module[0])) == 0) return true;  // of no module
  if (std::find(modules.begin(), modules.end(), module) == modules.end()) return false;
  return !name.ends_with("_hidden_test.cpp") && file.filename() != "mutants.toml";
}

void check_released_files(const fs::path& root, const SolutionLines& lines, Findings& findings) {
  std::vector<std::string> modules;
  for (const DeclaredModule& module : declared_modules(root)) modules.push_back(module.name);
  for (const fs::path& file : project_files(root)) {
    if (!students_get(file, modules) || *file.begin() == "modules") continue;  // lessons are read by check_lesson()
    const std::vector<std::uint8_t> bytes = read_file(root / file);
    for (const Finding& finding : lines.scan(file.string(), {bytes.begin(), bytes.end()}))
      findings.add(finding.where, finding.what);
  }
}

Release make_release(const fs::path& root, const Harness& harness, const std::vector<Module>& modules,
                     const fs::path& out, int jobs,
                     const std::function<void(int done, int of, const std::string& what)>& progress) {
  require_empty_folder(out);
  const fs::path target = fs::weakly_canonical(out);
  const Staging staging{target.string() + ".part"};
  require_empty_folder(staging.path);
  std::vector<std::string> names;
  for (const Module& module : modules) names.push_back(module.name);
  Release release;
  for (const fs::path& file : project_files(root))
    if (students_get(file, names)) copy_project_file(root, file, staging.path), ++release.files;
  if (fs::exists(root / "docs" / "instructor" / "check.yml")) {
    fs::create_directories(staging.path / ".github" / "workflows");
    fs::copy_file(root / "docs" / "instructor" / "check.yml", staging.path / ".github" / "workflows" / "check.yml");
    ++release.files;
  }
  for (const Module& module : modules)
    for (const Exercise& exercise : module.exercises) {
      const std::string text = exercise_text(read_text(root / "solutions" / (exercise.path() + ".cpp")), exercise);
      for (const fs::path& folder : {fs::path("exercises"), fs::path("exercises") / ".start"}) {
        const fs::path file = staging.path / folder / (exercise.path() + ".cpp");
        fs::create_directories(file.parent_path());
        write_file(file, text);
        ++release.files;
      }
      ++release.exercises;
    }
  std::vector<Job> bodies;
  for (const Exercise& exercise : declared_exercises(root)) {
    const fs::path object = staging.path / "reference" / this_machine() / (exercise.path() + ".cpp.o");
    bodies.push_back(
        {exercise.path(), [&root, &harness, exercise, object] { compile_body(root, harness, exercise, object); }});
  }
  Findings findings;
  run_jobs(bodies, jobs, findings, progress);
  for (const Finding& finding : findings.sorted()) throw Error(finding.what);
  release.bodies = static_cast<int>(bodies.size());
  release.files += release.bodies;
  const SolutionLines lines(root);
  scan_tree(staging.path, lines);
  release.lines = lines.size();
  release.known.assign(lines.known().begin(), lines.known().end());
  fs::remove(target);
  fs::rename(staging.path, target);
  return release;
}

}  // namespace tinytorch::course
