#include "tinytorch/course/student/text_diff.h"

#include <algorithm>
#include <cstdint>

#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::course {
namespace {

struct Edit {
  char kind;                  ///< ' ', '-' or '+'
  std::size_t before, after;  ///< lines of both texts that stand in front of it
  std::string text;
};

/// The lines of both, with as many as possible in common.
std::vector<Edit> edits_of(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::size_t first = 0, last = 0;
  while (first < std::min(a.size(), b.size()) && a[first] == b[first]) ++first;
  while (last < std::min(a.size(), b.size()) - first && a[a.size() - 1 - last] == b[b.size() - 1 - last]) ++last;
  const std::size_t n = a.size() - first - last, m = b.size() - first - last;
  // common[i][j]: lines that the rests from i and from j have in common at most
  const bool small = (n + 1) * (m + 1) <= std::size_t{1} << 24;
  std::vector<std::uint16_t> common(small ? (n + 1) * (m + 1) : 0);
  const auto at = [m](std::size_t i, std::size_t j) { return i * (m + 1) + j; };
  if (small)
    for (std::size_t i = n; i-- > 0;)
      for (std::size_t j = m; j-- > 0;)
        common[at(i, j)] = a[first + i] == b[first + j] ? static_cast<std::uint16_t>(common[at(i + 1, j + 1)] + 1)
                                                        : std::max(common[at(i + 1, j)], common[at(i, j + 1)]);
  std::vector<Edit> edits;
  std::size_t i = 0, j = 0;
  const auto keep = [&](std::size_t ai, std::size_t bi) { edits.push_back({' ', ai, bi, a[ai]}); };
  for (std::size_t k = 0; k < first; ++k) keep(k, k);
  while (i < n || j < m) {
    if (small && i < n && j < m && a[first + i] == b[first + j]) {
      keep(first + i, first + j);
      ++i, ++j;
    } else if (i < n && (!small || j == m || common[at(i + 1, j)] >= common[at(i, j + 1)])) {
      edits.push_back({'-', first + i, first + j, a[first + i]});
      ++i;
    } else {
      edits.push_back({'+', first + i, first + j, b[first + j]});
      ++j;
    }
  }
  for (std::size_t k = 0; k < last; ++k) keep(first + n + k, first + m + k);
  return edits;
}

}  // namespace

std::vector<std::string> unified_diff(const std::string& before, const std::string& after, int context) {
  const std::vector<Edit> edits = edits_of(lines_of(before), lines_of(after));
  const auto around = static_cast<std::size_t>(context);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < edits.size();) {
    if (edits[i].kind == ' ') {
      ++i;
      continue;
    }
    const std::size_t begin = i > around ? i - around : 0;
    std::size_t end = i;  // past the last change of this piece
    for (std::size_t k = i; k < edits.size() && k < end + 2 * around + 1; ++k)
      if (edits[k].kind != ' ') end = k + 1;
    const std::size_t stop = std::min(end + around, edits.size());
    std::size_t old_lines = 0, new_lines = 0;
    for (std::size_t k = begin; k < stop; ++k) {
      old_lines += edits[k].kind != '+';
      new_lines += edits[k].kind != '-';
    }
    const auto range = [](std::size_t start, std::size_t count) {
      return std::to_string(start + (count > 0)) + "," + std::to_string(count);
    };
    result.push_back("@@ -" + range(edits[begin].before, old_lines) + " +" + range(edits[begin].after, new_lines) +
                     " @@");
    for (std::size_t k = begin; k < stop; ++k) result.push_back(edits[k].kind + edits[k].text);
    i = stop;
  }
  return result;
}

}  // namespace tinytorch::course
