#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tinytorch/course/author/findings.h"

namespace tinytorch::course {

/// The lines that students write, to be looked for where they must not stand. A line counts if it has at least
/// kDistinctive characters that are not blanks and is no comment; blanks do not count in comparing. What also stands
/// outside of the regions, in the library itself or in the README's program that uses it, says nothing and is `known`.
class SolutionLines {
 public:
  static constexpr std::size_t kDistinctive = 12;

  /// @param root  a tree with solutions/
  explicit SolutionLines(const std::filesystem::path& root);

  std::size_t size() const { return origin_.size(); }
  const std::set<std::string>& known() const { return known_; }

  /// Where lines of a solution stand in a text or in the bytes of any file: one finding for each line found.
  std::vector<Finding> scan(const std::string& name, const std::string& bytes) const;

 private:
  struct Line {
    std::string squeezed, text, origin;
  };
  std::vector<Line> candidates(const std::string& squeezed) const;

  std::unordered_map<std::string, std::vector<Line>> by_head_;  ///< by the first kDistinctive characters
  std::set<std::string> origin_;                                ///< squeezed lines that are looked for
  std::set<std::string> known_;                                 ///< as they are written
};

}  // namespace tinytorch::course
