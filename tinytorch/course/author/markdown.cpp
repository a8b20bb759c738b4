#include <cctype>
#include <map>

#include "tinytorch/course/author/lesson_check.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::course {
namespace {

/// Blanks where `code` stands, so that what looks like a link there is none.
std::string without_code_spans(const std::string& line) {
  std::string result = line;
  for (std::size_t begin = line.find('`'); begin != std::string::npos;) {
    const std::size_t end = line.find('`', begin + 1);
    if (end == std::string::npos) break;
    for (std::size_t i = begin; i <= end; ++i) result[i] = ' ';
    begin = line.find('`', end + 1);
  }
  return result;
}

void take_links(const std::string& line, int number, std::vector<Markdown::Link>& links) {
  const std::string text = without_code_spans(line);
  for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
    int depth = 1;
    std::size_t end = at + 2;
    while (end < text.size() && depth > 0) {
      depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
      ++end;
    }
    if (depth != 0) continue;
    const std::string inside = text.substr(at + 2, end - at - 3);
    links.push_back({inside.substr(0, inside.find(' ')), number});
  }
}

int words_in(const std::string& line) {
  int words = 0;
  bool inside = false, letter = false;
  for (const char c : line + " ") {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (space && inside && letter) ++words;
    if (space)
      inside = letter = false;
    else
      inside = true, letter = letter || std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0;
  }
  return words;
}

}  // namespace

std::string github_anchor(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0)
      anchor += static_cast<char>(std::tolower(byte));
    else if (c == '-' || c == '_' || (byte & 0x80) != 0)
      anchor += c;
    else if (c == ' ')
      anchor += '-';
  }
  return anchor;
}

Markdown read_markdown(const std::string& text) {
  Markdown result;
  std::map<std::string, int> seen;
  std::string fence;  // of the code block that we are in
  std::string info;
  int number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    const std::string_view words = trimmed(line);
    if (words.starts_with("```")) {
      if (!fence.empty()) {
        fence.clear();
      } else {
        fence = "```";
        info = trimmed(words.substr(3));
      }
      continue;
    }
    if (!fence.empty()) {
      const bool slow = info == "sh slow";
      if ((info == "sh" || slow) && !words.empty() && !words.starts_with("#"))
        result.commands.push_back({std::string(words), number, slow});
      continue;
    }
    result.words += words_in(line);
    take_links(line, number, result.links);
    const std::size_t level = line.find_first_not_of('#');
    if (level == 0 || level == std::string::npos || level > 6 || line[level] != ' ') continue;
    const std::string heading(trimmed(line.substr(level)));
    if (level == 1 && result.title.empty()) result.title = heading;
    const std::string anchor = github_anchor(heading);
    const int times = seen[anchor]++;
    result.anchors.push_back(times == 0 ? anchor : anchor + "-" + std::to_string(times));
  }
  return result;
}

}  // namespace tinytorch::course
