#pragma once
#include <mutex>
#include <string>
#include <vector>

namespace tinytorch::course {

/// Something that is wrong, and where: "modules/03_activations/README.md:12".
struct Finding {
  std::string where, what;
};

/// Collects findings from many threads.
class Findings {
 public:
  void add(std::string where, std::string what);
  std::vector<Finding> sorted() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Finding> all_;
};

}  // namespace tinytorch::course
