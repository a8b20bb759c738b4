#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tinytorch/course/catalog.h"
#include "tinytorch/course/process.h"
#include "tinytorch/course/verdict.h"

namespace tinytorch::course {

/// What CMake wrote down about this build, so that an exercise can be compiled and linked without it.
struct Harness {
  std::filesystem::path root, build;  ///< the project, and this build of it
  std::string compiler;
  std::vector<std::string> compile_flags, sanitizers, libraries;
  std::vector<std::filesystem::path> worker, solutions;     ///< object files
  std::filesystem::path include, core;
  std::filesystem::path prefix;  ///< a header that is included before the student's file, precompiled beside it; may be empty
  std::map<std::string, std::filesystem::path> scenarios;   ///< "10_quantization/quantize_int8" -> object file
  double compile_seconds = 60;  ///< for each of the compiler's two steps
  std::vector<std::filesystem::path> prefix_files() const;  ///< those of `prefix` that exist: the header, what it was made into
  std::string identity;  ///< changes when anything does that a worker is made of, but the student's file
};
/// @param build  the build folder, where course/harness.json is
Harness read_harness(const std::filesystem::path& root, const std::filesystem::path& build);

/// A worker: the exercise's scenarios with the body in `source` and the reference of all others.
struct Worker {
  std::filesystem::path program;  ///< empty if it could not be built
  Status status = Status::passed;  ///< did_not_compile, timed_out, ungraded
  std::string output;             ///< of compiler and linker
};

/// Compiles and links, or takes what an earlier call with the same source and harness left in `cache`. Whatever may be wrong
/// with the source (missing, a folder, too large, not UTF-8, forbidden calls) is a worker that did not compile.
/// @param sandboxed  the source is untrusted: the compiler sees a copy of it, and may read nothing else but headers
/// @throws Error if the harness is not built or the disk is full
Worker build_worker(const Harness& harness, const Exercise& exercise, const std::filesystem::path& source,
                    const std::filesystem::path& cache, bool sandboxed = false);

struct Judging {
  std::vector<std::string> tests;       ///< names; empty: all visible ones of the exercise
  std::string seed = "visible";
  std::filesystem::path save_inputs;    ///< where failing inputs are kept; empty: nowhere
  bool sandboxed = false;
  double seconds = 0;                   ///< at most for one trial; 0: as the judgements say
  bool stop_when_timed_out = false;     ///< the tests after one that timed out `did not run`: somebody is waiting
};
/// Runs the judge of the exercise's module. One result for every test that was asked for, in that order; what the judge did
/// not come to is `ungraded`.
std::vector<TestResult> judge(const Harness& harness, const Exercise& exercise, const Worker& worker, const Judging& judging);

/// build_worker and judge; a worker that could not be built gives every test its status.
std::vector<TestResult> check(const Harness& harness, const Exercise& exercise, const std::filesystem::path& source,
                              const std::filesystem::path& cache, const Judging& judging);

}  // namespace tinytorch::course
