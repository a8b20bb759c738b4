#include "tinytorch/course/misconceptions.h"

#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"

namespace tinytorch::course {

Misconceptions::Misconceptions(const std::filesystem::path& root, const Module& module) {
  const std::filesystem::path file = root / "modules" / module.name / "misconceptions.json";
  if (!std::filesystem::exists(file)) return;
  try {
    known_ = nlohmann::json::parse(read_file(file)).get<decltype(known_)>();
  } catch (const nlohmann::json::exception& error) {
    throw Error(file.string() + " is damaged: " + error.what());
  }
}

std::string Misconceptions::find(const std::string& test, const std::string& fingerprint) const {
  const auto of_test = known_.find(test);
  if (of_test == known_.end() || fingerprint.empty()) return "";
  const auto found = of_test->second.find(fingerprint);
  return found == of_test->second.end() ? "" : found->second;
}

}  // namespace tinytorch::course
