#include "tinytorch/course/generate.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/hash.h"
#include "tinytorch/course/process.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kBegin = "// BEGIN SOLUTION", kEnd = "// END SOLUTION";
constexpr std::string_view kHeader = "#include \"tinytorch/base/error.h\"";

bool is_comment(std::string_view line) { return trimmed(line).starts_with("//"); }

/// "// STEP 12: words"
bool is_step(std::string_view line) {
  constexpr std::string_view kStep = "// STEP ";
  line = trimmed(line);
  if (!line.starts_with(kStep)) return false;
  std::size_t at = kStep.size();
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at]))) ++at;
  return at > kStep.size() && line.substr(at).starts_with(": ");
}

[[noreturn]] void fail(const std::string& name, std::size_t line, const std::string& why) {
  throw Error(name + ":" + std::to_string(line) + ": " + why);
}

/// Adds what TT_TODO needs, in its alphabetical place among the project's headers.
void include_header(std::vector<std::string>& lines) {
  constexpr std::string_view kProject = "#include \"tinytorch/", kAny = "#include ";
  if (std::find(lines.begin(), lines.end(), kHeader) != lines.end()) return;
  std::size_t after_any = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with(kProject)) {
      std::size_t at = i;
      while (at < lines.size() && lines[at].starts_with(kProject) && lines[at] < kHeader) ++at;
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), std::string(kHeader));
      return;
    }
    if (lines[i].starts_with(kAny)) after_any = i + 1;
  }
  std::vector<std::string> added{std::string(kHeader)};
  if (after_any > 0) added.insert(added.begin(), "");
  if (after_any == 0) added.push_back("");
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(after_any), added.begin(), added.end());
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

/// The file as the repository's last commit has it, or nothing.
std::string committed(const fs::path& root, const std::string& file) {
  Command command;
  command.arguments = {"/usr/bin/env", "git", "-C", root.string(), "show", "HEAD:./" + file};
  command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
  command.limits.memory_bytes = 0;
  command.limits.output_bytes = 1 << 20;
  const Outcome outcome = run(command);
  return outcome.end == End::exited && outcome.code == 0 ? outcome.output : "";
}

}  // namespace

std::vector<Region> solution_regions(const std::string& text, const std::string& name) {
  std::vector<Region> regions;
  bool inside = false, step = false;
  std::size_t number = 0, at = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    const std::string_view words = trimmed(line);
    if (words == kBegin) {
      if (inside)
        fail(name, number,
             "BEGIN SOLUTION inside a region that began in line " + std::to_string(regions.back().first - 1));
      inside = true;
      step = false;
      regions.push_back({number + 1, 0, at + line.size() + 1, 0, line.substr(0, line.find('/'))});
    } else if (words == kEnd) {
      if (!inside) fail(name, number, "END SOLUTION without a BEGIN SOLUTION");
      if (!step) fail(name, number, "this region has no `// STEP n: …` for the student");
      inside = false;
      regions.back().last = number;
      regions.back().end = at;
    } else if (words.find("BEGIN SOLUTION") != words.npos || words.find("END SOLUTION") != words.npos) {
      fail(name, number, "a marker stands alone in its line: `// BEGIN SOLUTION` or `// END SOLUTION`");
    } else if (words.starts_with("// STEP") || words.starts_with("//STEP")) {
      if (!is_step(words)) fail(name, number, "a step is written `// STEP n: words`");
      if (!inside) fail(name, number, "a STEP outside of BEGIN SOLUTION and END SOLUTION");
      step = true;
    }
    at += line.size() + 1;
  }
  if (inside) fail(name, regions.back().first - 1, "BEGIN SOLUTION without an END SOLUTION");
  if (regions.empty()) fail(name, 1, "no `// BEGIN SOLUTION`: there is nothing to write for a student");
  return regions;
}

std::string exercise_text(const std::string& solution_text, const Exercise& exercise) {
  const std::vector<Region> regions = solution_regions(solution_text, "solutions/" + exercise.path() + ".cpp");
  const std::vector<std::string> lines = lines_of(solution_text);
  std::vector<std::string> result;
  std::size_t next = 0;  // of lines
  for (const Region& region : regions) {
    result.insert(result.end(), lines.begin() + static_cast<std::ptrdiff_t>(next),
                  lines.begin() + static_cast<std::ptrdiff_t>(region.first) - 2);
    bool kept = false;
    for (std::size_t i = region.first - 1; i < region.last - 1; ++i) {
      kept = is_step(lines[i]) || (kept && is_comment(lines[i]));
      if (kept) result.push_back(region.indent + std::string(trimmed(lines[i])));
    }
    result.push_back(region.indent + "TT_TODO(\"" + exercise.label() + "\");");
    next = region.last;
  }
  result.insert(result.end(), lines.begin() + static_cast<std::ptrdiff_t>(next), lines.end());
  include_header(result);
  std::string text;
  for (const std::string& line : result) text += line + "\n";
  return text;
}

std::vector<Exercise> declared_exercises(const fs::path& root) {
  std::vector<Module> known;
  if (fs::exists(root / "modules")) known = read_catalog(root).modules;
  std::vector<Exercise> exercises;
  for (const DeclaredModule& declared : declared_modules(root)) {
    const auto module =
        std::find_if(known.begin(), known.end(), [&](const Module& m) { return m.name == declared.name; });
    int number = 0;
    for (const std::string& name : declared.exercises) {
      Exercise exercise;
      exercise.name = name;
      exercise.module = declared.name;
      exercise.number = ++number;
      if (module != known.end())
        for (const Exercise& e : module->exercises)
          if (e.name == name) exercise = e;
      exercises.push_back(exercise);
    }
  }
  return exercises;
}

std::vector<GeneratedFile> generate_exercises(const fs::path& root, const fs::path& record, bool dry, bool force) {
  std::set<std::string> written;
  if (fs::exists(record))
    for (const std::string& line : lines_of(read_text(record))) written.insert(line);
  const std::size_t remembered = written.size();
  std::vector<GeneratedFile> files;
  for (const Exercise& exercise : declared_exercises(root)) {
    const std::string solution = read_text(root / "solutions" / (exercise.path() + ".cpp"));
    const std::string text = exercise_text(solution, exercise), name = "exercises/" + exercise.path() + ".cpp";
    GeneratedFile file{exercise.path()};
    const bool there = fs::exists(root / name);
    const std::string now = there ? read_text(root / name) : "";
    if (now != text) {
      // What was generated earlier may go: as this build remembers it, or as the last commit has it with nothing done.
      const bool generated =
          !there || written.count(hex_text(fnv1a(now))) != 0 ||
          (count_of(now, "TT_TODO(") == solution_regions(solution, name).size() && now == committed(root, name));
      file.state = dry ? Generated::stale : generated || force ? Generated::written : Generated::edited;
      if (file.state == Generated::written) {
        fs::create_directories((root / name).parent_path());
        write_file(root / name, text);
        written.insert(hex_text(fnv1a(text)));
      }
    } else if (!dry) {
      written.insert(hex_text(fnv1a(text)));
    }
    files.push_back(file);
  }
  if (written.size() != remembered) {
    std::string text;
    for (const std::string& hash : written) text += hash + "\n";
    fs::create_directories(record.parent_path());
    write_file(record, text);
  }
  return files;
}

}  // namespace tinytorch::course
