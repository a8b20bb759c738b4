#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "tinytorch/course/catalog.h"

namespace tinytorch::course {

/// What wrong answers are known, from modules/NN_name/misconceptions.json: made from the module's mutants, without a line of
/// a solution in it.
class Misconceptions {
 public:
  /// A module without the file knows none. @throws Error naming the file if it is damaged
  Misconceptions(const std::filesystem::path& root, const Module& module);

  /// What to tell a student whose answer to `test` has this fingerprint (TestResult::answer); empty if nobody knows it.
  std::string find(const std::string& test, const std::string& fingerprint) const;

 private:
  std::map<std::string, std::map<std::string, std::string>> known_;  ///< test -> fingerprint -> words
};

}  // namespace tinytorch::course
