#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tinytorch/course/verdict.h"

namespace tinytorch::course {

/// What the judge was told on its command line.
struct JudgeSettings {
  std::filesystem::path worker;       ///< --worker: the program with the student's code
  std::filesystem::path scratch;      ///< --scratch: an empty directory that workers run in
  std::filesystem::path save_inputs;  ///< --save-inputs: where a failing trial's request is kept, for a debugger
  std::string seed = "visible";       ///< --seed: course key and submission
  bool sandboxed = false;             ///< --sandbox
  std::vector<std::filesystem::path> readable;  ///< --readable, may be repeated: folders of libraries outside the system's
  double seconds = 0;                 ///< --seconds: at most so long for one trial; 0: as the judgement says
  bool stop_when_timed_out = false;   ///< --stop-when-timed-out: the rest of the tests is left out
  bool unlimited_memory = false;      ///< --unlimited-memory: for workers built with AddressSanitizer
};
JudgeSettings& judge_settings();

/// The result of the test that runs now; main() writes it down when the test ends.
TestResult& current_result();

}  // namespace tinytorch::course
