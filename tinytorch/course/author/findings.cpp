#include "tinytorch/course/author/findings.h"

#include <algorithm>
#include <tuple>

namespace tinytorch::course {

void Findings::add(std::string where, std::string what) {
  const std::lock_guard lock(mutex_);
  all_.push_back({std::move(where), std::move(what)});
}

std::vector<Finding> Findings::sorted() const {
  const std::lock_guard lock(mutex_);
  std::vector<Finding> result = all_;
  std::stable_sort(result.begin(), result.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.where, a.what) < std::tie(b.where, b.what);
  });
  return result;
}

}  // namespace tinytorch::course
