#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tinytorch/course/verdict.h"

namespace tinytorch::course {

/// One judgement: a GoogleTest test of the module's judge.
struct TestEntry {
  std::string name;      ///< "QuantizeInt8.TiesGoToEven"
  int points = 0;
  std::string contract;  ///< in words, shown when it is broken
  std::string lesson;    ///< anchor of the section that explains it
  bool hidden = false;   ///< runs at grading only
};

struct Exercise {
  std::string name;      ///< file stem, the same in solutions/, exercises/ and tests/
  std::string module;    ///< "10_quantization"
  int number = 0;        ///< from 1, in the order of work
  int points = 0;        ///< its tests add up to it
  std::string contract, header, lesson;
  std::vector<std::string> hints;  ///< nudge, concept, near-solution
  /// Functions that a student's file may not refer to, "tinytorch::kernels::qgemm": they do the exercise's work.
  std::vector<std::string> may_not_call;
  std::vector<TestEntry> tests;

  std::string path() const { return module + "/" + name; }  ///< "10_quantization/quantize_int8"
  std::string label() const;                                 ///< "10.2 quantize_int8"
};

struct Module {
  std::string name;      ///< "10_quantization"
  int number = 0;        ///< 10
  std::string title, summary;
  double hours = 0;
  std::string milestone;  ///< "mnist", "int8", "integer" or empty
  std::vector<Exercise> exercises;
};

/// A known misconception: the solution with one thing changed. Lives in modules/NN_name/mutants.toml, which students do
/// not get.
struct Mutant {
  std::string id;         ///< "half_away_from_zero"
  std::string exercise;   ///< file stem
  std::string replace, with;  ///< text of the solution's file: occurs exactly once
  std::string dies_by;    ///< the test that must fail
  std::string feedback;   ///< what a student is told who made it
  Status dies_as = Status::failed;  ///< how that test ends; `crashed`, `timed out` or another word if it says so
  bool answers_vary = false;  ///< times, or memory that is not its own: its wrong answers are not the same twice
};

/// Everything in modules/, in order. Reading checks it: unknown keys, points that do not add up, names that occur twice.
struct Catalog {
  std::vector<Module> modules;

  const Module& module(const std::string& name) const;      ///< "10", "10_quantization". @throws Error with what there is
  const Exercise& exercise(const std::string& name) const;  ///< "quantize_int8", "10.2", a path. @throws Error likewise
};

/// @param root  the project's folder
/// @throws Error naming file, line and what is wrong
Catalog read_catalog(const std::filesystem::path& root);
/// Empty if there is no mutants.toml.
std::vector<Mutant> read_mutants(const std::filesystem::path& root, const Module& module);

}  // namespace tinytorch::course
