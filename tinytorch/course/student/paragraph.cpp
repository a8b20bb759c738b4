#include "tinytorch/course/student/paragraph.h"

#include <algorithm>

#include "tinytorch/course/source_text.h"

namespace tinytorch::course {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// The first characters that fit in `width` columns.
std::string clipped(std::string_view line, std::size_t width) {
  if (columns(line) <= width) return std::string(line);
  std::size_t at = 0, seen = 0;
  for (; at < line.size(); ++at)
    if (begins_character(line[at]) && ++seen >= width) break;
  return std::string(line.substr(0, at)) + "…";
}

}  // namespace

std::size_t columns(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), begins_character));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n", i);
    if (begin == std::string_view::npos) break;
    i = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    const std::string_view word = text.substr(begin, i - begin);
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> labelled(std::string_view label, std::string_view text, std::size_t indent,
                                  std::size_t width) {
  constexpr std::size_t kLabel = 12;
  const std::size_t left = indent + std::max(kLabel, columns(label) + 2);
  std::vector<std::string> lines = wrap(text, width > left + 20 ? width - left : 20);
  if (lines.empty()) lines.emplace_back();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string begin(indent, ' ');
    if (i == 0) begin += label;
    begin += std::string(left - columns(begin), ' ');
    lines[i] = begin + lines[i];
  }
  return lines;
}

std::vector<std::string> bounded(std::string_view text, std::size_t lines, std::size_t width) {
  std::string clean(text.substr(0, 1 << 16));
  std::replace_if(
      clean.begin(), clean.end(), [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7f; }, ' ');
  std::vector<std::string> all = lines_of(clean);
  while (!all.empty() && all.back().find_first_not_of(' ') == std::string::npos) all.pop_back();
  const std::size_t more = all.size() > lines ? all.size() - lines : 0;
  all.resize(all.size() - more);
  for (std::string& line : all) line = clipped(line, width);
  if (more > 0 || text.size() > clean.size())
    all.push_back("… " + (more > 0 ? std::to_string(more) + " more lines" : "and more"));
  return all;
}

}  // namespace tinytorch::course
