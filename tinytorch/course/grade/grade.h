#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tinytorch/course/catalog.h"
#include "tinytorch/course/harness.h"
#include "tinytorch/course/misconceptions.h"

namespace tinytorch::course {

/// One test of one exercise, judged.
struct TestGrade {
  TestEntry test;
  TestResult result;
  std::string misconception;  ///< known words for this wrong answer, or empty

  /// A test is worth its points or nothing.
  int points() const { return result.status == Status::passed ? test.points : 0; }
};

struct ExerciseGrade {
  std::string label, module;      ///< "10.2 quantize_int8", "10_quantization"
  std::vector<TestGrade> tests;

  int points() const;
  int possible() const;
};

/// What a submission is worth. It holds no times, dates or paths: the same submission and seed give the same grade, byte
/// for byte.
struct Grade {
  std::string submission;          ///< its name
  std::vector<ExerciseGrade> exercises;
  std::vector<std::string> notes;  ///< files that were ignored, tests that are not in this tree

  int points() const;
  int possible() const;
  int ungraded() const;            ///< tests that the machine failed: the grade is not final until there are none
};

struct GradeOptions {
  std::filesystem::path root;
  std::string key;           ///< the course's: with submission and test it seeds the hidden judgements
  bool sandboxed = true;
  int jobs = 1;              ///< exercises at a time
  std::filesystem::path cache;
  std::function<void(int done, int of)> progress;  ///< called from one thread at a time
};

/// Exercises of the modules that a text names: "1-11", "3,5-7", "10". @throws Error with what there is
std::vector<Module> select_modules(const Catalog& catalog, const std::string& which);

/// Judges every exercise of `modules` in a folder that holds exercises/NN_name/EX.cpp, NN_name/EX.cpp or EX.cpp.
/// Nothing that is in the folder makes this throw: a file that is missing or refused costs its own tests.
/// Hidden tests are asked for where this tree has them.
Grade grade(const Harness& harness, const std::vector<Module>& modules, const std::filesystem::path& submission,
            const std::string& name, const GradeOptions& options);

}  // namespace tinytorch::course
