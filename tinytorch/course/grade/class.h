#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tinytorch/course/grade/grade.h"

namespace tinytorch::course {

/// How one submission of a class came out.
struct ClassEntry {
  std::string name;
  Grade grade;
  bool kept = false;   ///< the grade of an earlier run: neither the submission nor the harness has changed
  std::string failed;  ///< why it could not be graded at all, or empty
};

struct ClassOptions {
  GradeOptions grading;    ///< jobs is that of one submission; leave it at 1
  int jobs = 1;            ///< submissions at a time
  std::filesystem::path out;
  std::function<void(const ClassEntry& entry, int done, int of)> progress;  ///< called from one thread at a time
};

/// Grades every folder in `submissions`, each into out/NAME/grade.json (and .md for the student), then writes
/// out/grades.csv and out/report.md. One broken submission stops nothing; an interrupted run is taken up where it was.
/// @throws Error if there are no submissions, or `out` cannot be written
std::vector<ClassEntry> grade_class(const Harness& harness, const std::vector<Module>& modules,
                                    const std::filesystem::path& submissions, const ClassOptions& options);

/// One line a submission: name, points of each module, total, possible, ungraded tests.
std::string class_csv(const std::vector<ClassEntry>& entries, const std::vector<Module>& modules);

/// The distribution of points, the tests that most did not pass, the misconceptions that were most frequent.
std::string class_report(const std::vector<ClassEntry>& entries);

}  // namespace tinytorch::course
