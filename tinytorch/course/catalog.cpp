#include "tinytorch/course/catalog.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <toml++/toml.h>

#include "tinytorch/base/error.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

/// A table of a file, whose keys must all be used: a key that nobody asks for is a typing error.
class Table {
 public:
  Table(const toml::table& table, fs::path file, std::string what) : table_(table), file_(std::move(file)), what_(std::move(what)) {}

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(file_.string() + ":" + std::to_string(table_.source().begin.line) + ": " + what_ + ": " + why);
  }
  template <class T>
  T get(const char* key) {
    used_.insert(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) fail(std::string("`") + key + "` is missing");
    const auto value = node->value<T>();
    if (!value) fail(std::string("`") + key + "` has the wrong type");
    return *value;
  }
  template <class T>
  T get(const char* key, T otherwise) {
    return table_.contains(key) ? get<T>(key) : otherwise;
  }
  std::vector<std::string> texts(const char* key) {
    used_.insert(key);
    std::vector<std::string> result;
    const toml::array* array = table_.get_as<toml::array>(key);
    if (array == nullptr) fail(std::string("`") + key + "` is not a list");
    for (const toml::node& node : *array) {
      const auto text = node.value<std::string>();
      if (!text) fail(std::string("`") + key + "` holds something that is not a text");
      result.push_back(*text);
    }
    return result;
  }
  std::vector<std::string> texts_if_there(const char* key) {
    return table_.contains(key) ? texts(key) : std::vector<std::string>{};
  }
  std::vector<Table> tables(const char* key, const std::string& what) {
    used_.insert(key);
    std::vector<Table> result;
    const toml::node* node = table_.get(key);
    if (node == nullptr) return result;
    if (node->as_array() == nullptr) fail(std::string("`") + key + "` is not a list of tables");
    for (const toml::node& item : *node->as_array()) {
      if (item.as_table() == nullptr) fail(std::string("`") + key + "` holds something that is not a table");
      result.emplace_back(*item.as_table(), file_, what);
    }
    return result;
  }
  void done() const {
    for (auto&& [key, node] : table_)
      if (used_.count(std::string(key.str())) == 0) fail("nobody knows the key `" + std::string(key.str()) + "`");
  }

 private:
  const toml::table& table_;
  fs::path file_;
  std::string what_;
  std::set<std::string> used_;
};

toml::table parse(const fs::path& file) {
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw Error(file.string() + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
}

Exercise read_exercise(Table& table, const Module& module) {
  Exercise exercise;
  exercise.module = module.name;
  exercise.number = static_cast<int>(module.exercises.size()) + 1;
  exercise.name = table.get<std::string>("name");
  exercise.points = table.get<int>("points");
  exercise.contract = table.get<std::string>("contract");
  exercise.header = table.get<std::string>("header");
  exercise.lesson = table.get<std::string>("lesson");
  exercise.hints = table.texts("hints");
  exercise.may_not_call = table.texts_if_there("may_not_call");
  int points = 0;
  for (Table& entry : table.tables("test", "test of " + exercise.name)) {
    TestEntry test;
    test.name = entry.get<std::string>("name");
    test.points = entry.get<int>("points");
    test.contract = entry.get<std::string>("contract");
    test.lesson = entry.get<std::string>("lesson", exercise.lesson);
    test.hidden = entry.get<bool>("hidden", false);
    if (test.points < 0) entry.fail("`points` " + std::to_string(test.points) + " is negative");
    entry.done();
    points += test.points;
    exercise.tests.push_back(test);
  }
  if (!exercise.tests.empty() && points != exercise.points)
    table.fail(exercise.name + ": its tests have " + std::to_string(points) + " points, not " + std::to_string(exercise.points));
  table.done();
  return exercise;
}

Module read_module(const fs::path& folder) {
  const fs::path file = folder / "module.toml";
  const toml::table parsed = parse(file);
  Module module;
  module.name = folder.filename();
  module.number = std::stoi(module.name.substr(0, 2));
  Table table(parsed, file, module.name);
  module.title = table.get<std::string>("title");
  module.summary = table.get<std::string>("summary");
  module.hours = table.get<double>("hours");
  module.milestone = table.get<std::string>("milestone", "");
  int points = 0;
  for (Table& entry : table.tables("exercise", "exercise")) {
    module.exercises.push_back(read_exercise(entry, module));
    points += module.exercises.back().points;
  }
  table.done();
  if (points != 100) table.fail("its exercises have " + std::to_string(points) + " points, not 100");
  return module;
}

std::string all_names(const std::vector<Module>& modules) {
  std::string names;
  for (const Module& module : modules) names += (names.empty() ? "" : ", ") + module.name;
  return names;
}

}  // namespace

std::string Exercise::label() const {
  return module.substr(0, 2) + "." + std::to_string(number) + " " + name;
}

const Module& Catalog::module(const std::string& name) const {
  for (const Module& m : modules)
    if (name == m.name || name == m.name.substr(0, 2) || name == std::to_string(m.number)) return m;
  throw Error("there is no module " + name + "; there are " + all_names(modules));
}

const Exercise& Catalog::exercise(const std::string& name) const {
  const std::string stem = fs::path(name).extension() == ".cpp" ? fs::path(name).stem().string() : name;
  std::string near;
  for (const Module& m : modules)
    for (const Exercise& e : m.exercises) {
      const std::string number = e.label().substr(0, e.label().find(' '));
      if (stem == e.name || stem == e.path() || stem == number) return e;
      if (e.name.find(stem) != std::string::npos) near += (near.empty() ? "" : ", ") + e.name;
    }
  throw Error("there is no exercise " + name + (near.empty() ? "; `tt status` lists them" : "; did you mean " + near + "?"));
}

Catalog read_catalog(const fs::path& root) {
  std::vector<fs::path> folders;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(root / "modules", none))
    if (fs::exists(entry.path() / "module.toml")) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  if (folders.empty()) throw Error((root / "modules").string() + " holds no module.toml");
  Catalog catalog;
  std::set<std::string> exercises, tests;
  for (const fs::path& folder : folders) {
    catalog.modules.push_back(read_module(folder));
    for (const Exercise& e : catalog.modules.back().exercises) {
      if (!exercises.insert(e.name).second) throw Error(folder.string() + ": there are two exercises " + e.name);
      for (const TestEntry& t : e.tests)
        if (!tests.insert(t.name).second) throw Error(folder.string() + ": there are two tests " + t.name);
    }
  }
  return catalog;
}

std::vector<Mutant> read_mutants(const fs::path& root, const Module& module) {
  const fs::path file = root / "modules" / module.name / "mutants.toml";
  std::vector<Mutant> mutants;
  if (!fs::exists(file)) return mutants;
  const toml::table parsed = parse(file);
  Table table(parsed, file, module.name);
  for (Table& entry : table.tables("mutant", "mutant")) {
    Mutant mutant;
    mutant.id = entry.get<std::string>("id");
    mutant.exercise = entry.get<std::string>("exercise");
    mutant.replace = entry.get<std::string>("replace");
    mutant.with = entry.get<std::string>("with");
    mutant.dies_by = entry.get<std::string>("dies_by");
    mutant.feedback = entry.get<std::string>("feedback");
    mutant.answers_vary = entry.get<bool>("answers_vary", false);
    mutant.dies_as = status_of(entry.get<std::string>("dies_as", "failed"));
    if (mutant.dies_as == Status::passed) entry.fail("a mutant that passes is none");
    entry.done();
    mutants.push_back(mutant);
  }
  table.done();
  return mutants;
}

}  // namespace tinytorch::course
