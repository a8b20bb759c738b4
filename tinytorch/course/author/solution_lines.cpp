#include "tinytorch/course/author/solution_lines.h"

#include <algorithm>

#include "tinytorch/course/generate.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string squeeze(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(result), [](char c) { return !blank(c); });
  return result;
}

/// Without a comment behind the code.
std::string_view code_of(std::string_view line) { return trimmed(line.substr(0, line.find("//"))); }

}  // namespace

SolutionLines::SolutionLines(const fs::path& root) {
  std::string outside;  // the library, what solutions give to students, and the README's first program
  for (const char* file : {"README.md", "tests/install/consumer/first_program.cpp"})
    if (fs::exists(root / file)) outside += squeeze(read_text(root / file));
  for (const auto& entry : fs::recursive_directory_iterator(root / "tinytorch"))
    if (entry.is_regular_file()) outside += squeeze(read_text(entry.path()));
  std::vector<Line> lines;
  for (const DeclaredModule& module : declared_modules(root))
    for (const std::string& exercise : module.exercises) {
      const std::string name = "solutions/" + module.name + "/" + exercise + ".cpp";
      if (!fs::exists(root / name)) continue;
      const std::string text = read_text(root / name);
      std::size_t begin = 0;
      for (const Region& region : solution_regions(text, name)) {
        outside += squeeze(std::string_view(text).substr(begin, region.begin - begin));
        begin = region.end;
        std::size_t number = region.first;
        for (const std::string& line :
             lines_of(std::string_view(text).substr(region.begin, region.end - region.begin))) {
          const std::string code(code_of(line)), squeezed = squeeze(code);
          if (squeezed.size() >= kDistinctive) lines.push_back({squeezed, code, name + ":" + std::to_string(number)});
          ++number;
        }
      }
      outside += squeeze(std::string_view(text).substr(begin));
    }
  for (const Line& line : lines) by_head_[line.squeezed.substr(0, kDistinctive)].push_back(line);
  for (const Line& line : candidates(outside)) known_.insert(line.text);
  by_head_.clear();
  for (const Line& line : lines)
    if (known_.count(line.text) == 0 && origin_.insert(line.squeezed).second)
      by_head_[line.squeezed.substr(0, kDistinctive)].push_back(line);
}

std::vector<SolutionLines::Line> SolutionLines::candidates(const std::string& squeezed) const {
  std::vector<Line> found;
  std::set<std::string> seen;
  std::string head;
  for (std::size_t at = 0; at + kDistinctive <= squeezed.size(); ++at) {
    head.assign(squeezed, at, kDistinctive);
    const auto lines = by_head_.find(head);
    if (lines == by_head_.end()) continue;
    for (const Line& line : lines->second)
      if (squeezed.compare(at, line.squeezed.size(), line.squeezed) == 0 && seen.insert(line.squeezed).second)
        found.push_back(line);
  }
  return found;
}

std::vector<Finding> SolutionLines::scan(const std::string& name, const std::string& bytes) const {
  std::vector<Finding> findings;
  for (const Line& line : candidates(squeeze(bytes))) {
    std::string where = name;
    std::size_t number = 0;
    for (const std::string& text : lines_of(bytes)) {
      ++number;
      if (squeeze(text).find(line.squeezed) == std::string::npos) continue;
      where += ":" + std::to_string(number);
      break;
    }
    findings.push_back({where, "holds a line of " + line.origin + ": " + line.text});
  }
  return findings;
}

}  // namespace tinytorch::course
