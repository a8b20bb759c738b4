#include "tinytorch/course/author/tree_check.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "tinytorch/base/error.h"
#include "tinytorch/course/generate.h"
#include "tinytorch/course/process.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string joined(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

void expect_file(const fs::path& root, const std::string& file, Findings& findings) {
  if (!fs::is_regular_file(root / file)) findings.add(file, "is missing");
}

/// Files of a folder whose stem, without one of the endings, is no exercise of the module.
void check_strays(const fs::path& root, const std::string& folder, const Names& exercises, const Names& endings,
                  Findings& findings) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(root / folder, none)) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() == ".h") continue;  // what several files share
    const bool known = std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
      return name.ends_with(ending) && among(exercises, name.substr(0, name.size() - ending.size()));
    });
    if (!known) findings.add(folder + "/" + name, "belongs to no exercise of modules/CMakeLists.txt");
  }
}

/// Module folders that nobody declares.
void check_folders(const fs::path& root, const std::vector<DeclaredModule>& declared, Findings& findings) {
  for (const std::string folder : {"modules", "solutions", "exercises", "tests"}) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(root / folder, none)) {
      const std::string name = entry.path().filename();
      const bool module = entry.is_directory() && std::isdigit(static_cast<unsigned char>(name[0])) != 0;
      const bool known =
          std::any_of(declared.begin(), declared.end(), [&](const DeclaredModule& d) { return d.name == name; });
      if (module && !known) findings.add(folder + "/" + name, "is no module of modules/CMakeLists.txt");
    }
  }
}

/// "Suite.Name" of every TEST in a file.
std::set<std::string> tests_in(const fs::path& file) {
  static const std::regex kTest(R"(\bTEST\(\s*(\w+)\s*,\s*(\w+)\s*\))");
  std::set<std::string> names;
  if (!fs::exists(file)) return names;
  const std::string text = read_text(file);
  for (std::sregex_iterator at(text.begin(), text.end(), kTest), end; at != end; ++at)
    names.insert((*at)[1].str() + "." + (*at)[2].str());
  return names;
}

void check_tests(const fs::path& root, const Exercise& exercise, Findings& findings) {
  const std::string toml = "modules/" + exercise.module + "/module.toml", stem = "tests/" + exercise.path();
  if (exercise.tests.empty()) findings.add(toml, exercise.name + " has no tests");
  const std::set<std::string> visible = tests_in(root / (stem + "_test.cpp")),
                              hidden = tests_in(root / (stem + "_hidden_test.cpp"));
  int visible_count = 0;
  for (const TestEntry& test : exercise.tests) {
    const std::string suite = pascal_case(exercise.name);
    if (test.name.substr(0, test.name.find('.')) != suite)
      findings.add(toml, test.name + ": the suite of " + exercise.name + " is " + suite);
    if (!(test.hidden ? hidden : visible).count(test.name))
      findings.add(toml, test.name + " is " + (test.hidden ? "hidden" : "visible") + ", but " + stem +
                             (test.hidden ? "_hidden_test.cpp" : "_test.cpp") + " has no such TEST");
    if (trimmed(test.contract).empty()) findings.add(toml, test.name + " has no contract");
    visible_count += test.hidden ? 0 : 1;
  }
  if (!exercise.tests.empty() && visible_count == 0) findings.add(toml, exercise.name + " has no visible test");
  if (!exercise.tests.empty() && visible_count == static_cast<int>(exercise.tests.size()))
    findings.add(toml, exercise.name + " has no hidden test");
}

void check_exercise(const fs::path& root, const Exercise& exercise, Findings& findings) {
  const std::string toml = "modules/" + exercise.module + "/module.toml";
  if (exercise.points <= 0) findings.add(toml, exercise.name + " has no points");
  if (exercise.hints.size() != 3)
    findings.add(toml, exercise.name + " has " + std::to_string(exercise.hints.size()) +
                           " hints, not 3 (nudge, concept, near-solution)");
  for (const std::string& hint : exercise.hints)
    if (trimmed(hint).empty()) findings.add(toml, exercise.name + " has an empty hint");
  if (trimmed(exercise.contract).empty()) findings.add(toml, exercise.name + " has no contract");
  if (!fs::is_regular_file(root / exercise.header))
    findings.add(toml, exercise.name + ": its header " + exercise.header + " is missing");
  check_tests(root, exercise, findings);
}

void check_mutants(const fs::path& root, const Module& module, Findings& findings) {
  const std::string file = "modules/" + module.name + "/mutants.toml";
  std::set<std::string> ids;
  std::map<std::string, int> counts;
  for (const Mutant& mutant : read_mutants(root, module)) {
    ++counts[mutant.exercise];
    if (!ids.insert(mutant.exercise + "/" + mutant.id).second)
      findings.add(file, mutant.exercise + " has two mutants " + mutant.id);
    if (trimmed(mutant.feedback).empty()) findings.add(file, mutant.id + " has no feedback");
    const auto exercise = std::find_if(module.exercises.begin(), module.exercises.end(),
                                       [&](const Exercise& e) { return e.name == mutant.exercise; });
    if (exercise == module.exercises.end()) {
      findings.add(file, mutant.id + ": " + module.name + " has no exercise " + mutant.exercise);
    } else if (std::none_of(exercise->tests.begin(), exercise->tests.end(),
                            [&](const TestEntry& t) { return t.name == mutant.dies_by; })) {
      findings.add(file, mutant.id + ": " + mutant.exercise + " has no test " + mutant.dies_by);
    }
  }
  const int needed = module.number == 10 || module.number == 11 ? 4 : 2;
  for (const Exercise& exercise : module.exercises)
    if (counts[exercise.name] < needed)
      findings.add(file, exercise.name + " has " + std::to_string(counts[exercise.name]) + " mutants, fewer than " +
                             std::to_string(needed));
}

}  // namespace

void check_tree(const fs::path& root, const Catalog& catalog, const Names& modules, Findings& findings) {
  const std::vector<DeclaredModule> all = declared_modules(root);
  check_folders(root, all, findings);
  for (const DeclaredModule& declared : all) {
    if (!among(modules, declared.name)) continue;
    const std::string folder = "modules/" + declared.name;
    for (const char* file : {"README.md", "module.toml", "questions.toml", "mutants.toml", "picture.py"})
      expect_file(root, folder + "/" + file, findings);
    check_strays(root, "solutions/" + declared.name, declared.exercises, {".cpp"}, findings);
    check_strays(root, "exercises/" + declared.name, declared.exercises, {".cpp"}, findings);
    check_strays(root, "tests/" + declared.name, declared.exercises,
                 {"_scenarios.cpp", "_hidden_test.cpp", "_test.cpp"}, findings);
    for (const std::string& exercise : declared.exercises) {
      const std::string path = declared.name + "/" + exercise;
      expect_file(root, "solutions/" + path + ".cpp", findings);
      expect_file(root, "exercises/" + path + ".cpp", findings);
      for (const char* ending : {"_scenarios.cpp", "_test.cpp", "_hidden_test.cpp"})
        expect_file(root, "tests/" + path + ending, findings);
    }
    const auto module = std::find_if(catalog.modules.begin(), catalog.modules.end(),
                                     [&](const Module& m) { return m.name == declared.name; });
    if (module == catalog.modules.end()) continue;
    Names listed;
    for (const Exercise& exercise : module->exercises) listed.push_back(exercise.name);
    if (listed != declared.exercises)
      findings.add(folder + "/module.toml",
                   "lists " + joined(listed) + "; modules/CMakeLists.txt: " + joined(declared.exercises));
    if (module->hours < 1 || module->hours > 5) findings.add(folder + "/module.toml", "hours are 1 to 5");
    if (!among({"", "mnist", "int8", "integer"}, module->milestone))
      findings.add(folder + "/module.toml", "there is no milestone " + module->milestone);
    for (const Exercise& exercise : module->exercises) check_exercise(root, exercise, findings);
    check_mutants(root, *module, findings);
  }
}

void check_generated(const fs::path& root, const Names& modules, Findings& findings) {
  for (const Exercise& exercise : declared_exercises(root)) {
    const fs::path solution = root / "solutions" / (exercise.path() + ".cpp");
    const std::string file = "exercises/" + exercise.path() + ".cpp";
    if (!among(modules, exercise.module) || !fs::exists(solution) || !fs::exists(root / file)) continue;
    try {
      if (exercise_text(read_text(solution), exercise) != read_text(root / file))
        findings.add(file, "is not what its solution gives: `tt author generate`");
    } catch (const Error& error) {
      findings.add(file, error.what());
    }
  }
}

Names tests_of_judge(const fs::path& judge) {
  Command command;
  command.arguments = {judge.string(), "--gtest_list_tests"};
  command.limits.memory_bytes = 0;
  const Outcome outcome = run(command);
  if (outcome.end != End::exited || outcome.code != 0)
    throw Error(judge.string() + " does not list its tests: " + outcome.reason + outcome.output);
  Names names;
  std::string suite;
  for (const std::string& line : lines_of(outcome.output)) {
    if (line.starts_with("  "))
      names.push_back(suite + std::string(trimmed(line.substr(0, line.find('#')))));
    else if (line.ends_with('.'))
      suite = line;
  }
  return names;
}

void check_judge(const fs::path& judge, const Module& module, Findings& findings) {
  const std::string file = "modules/" + module.name + "/module.toml";
  if (!fs::exists(judge)) {
    findings.add(file, "its judge " + judge.filename().string() + " is not built");
    return;
  }
  const Names of_judge = tests_of_judge(judge);
  Names listed;
  for (const Exercise& exercise : module.exercises)
    for (const TestEntry& test : exercise.tests) listed.push_back(test.name);
  bool same = true;
  for (const std::string& test : of_judge)
    if (!among(listed, test)) findings.add(file, "lacks " + test + ", which the judge has"), same = false;
  for (const std::string& test : listed)
    if (!among(of_judge, test)) findings.add(file, test + " is unknown to the judge"), same = false;
  if (!same || listed == of_judge) return;
  const std::size_t at =
      static_cast<std::size_t>(std::mismatch(listed.begin(), listed.end(), of_judge.begin()).first - listed.begin());
  findings.add(file, "its tests stand in another order than the judge's: " + listed[at] + " where the judge has " +
                         of_judge[at]);
}

}  // namespace tinytorch::course
