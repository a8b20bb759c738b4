#include "tinytorch/course/student/lesson.h"

#include <algorithm>
#include <cctype>

#include "tinytorch/base/error.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::course {
namespace {

using Lines = std::vector<std::string>;

std::string trim(const std::string& text) { return std::string(trimmed(text)); }

bool is_fence(const std::string& line) { return trim(line).starts_with("```"); }

/// 0 if the line is no heading.
int heading_level(const std::string& line) {
  const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
  return level >= 1 && level <= 6 && level < line.size() && line[level] == ' ' ? static_cast<int>(level) : 0;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

/// "*each* row" and "**each** row" without their asterisks. Those of code and of products stay.
std::string without_emphasis(const std::string& text) {
  const auto word = [&](std::size_t i) {  // letters of other alphabets too
    const auto c = static_cast<unsigned char>(i < text.size() ? text[i] : ' ');
    return c >= 0x80 || std::isalnum(c) != 0;
  };
  const auto blank = [&](std::size_t i) { return i >= text.size() || text[i] == ' '; };
  std::string result;
  std::size_t open = std::string::npos;  // where in `result` an asterisk stands that nothing has closed yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') {
      const std::size_t end = text.find('`', i + 1);
      if (end != std::string::npos) {
        result += text.substr(i, end + 1 - i);
        i = end;
        continue;
      }
    }
    if (text[i] == '*' && i + 1 < text.size() && text[i + 1] == '*') {
      ++i;
    } else if (text[i] == '*' && open != std::string::npos && !blank(i - 1) && !word(i + 1)) {
      result.erase(open, 1);
      open = std::string::npos;
    } else {
      if (text[i] == '*' && open == std::string::npos && !blank(i + 1) && (i == 0 || !word(i - 1)))
        open = result.size();
      result += text[i];
    }
  }
  return result;
}

/// A line in pieces of `width` columns: names in code have no blanks where a line could end.
Lines pieces(const std::string& line, std::size_t width) {
  Lines result(1);
  std::size_t used = 0;
  for (const char c : line) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && used++ == width) {
      // Behind a sign of the code, if one stands in the second half.
      const std::size_t sign = result.back().find_last_of(".,:(_/");
      const std::size_t cut =
          sign == std::string::npos || sign + 1 < result.back().size() / 2 ? result.back().size() : sign + 1;
      std::string rest = result.back().substr(cut);
      result.back().resize(cut);
      used = columns(rest) + 1;
      result.push_back(std::move(rest));
    }
    result.back() += c;
  }
  return result;
}

std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string& word : wrap(text, 1)) longest = std::max(longest, columns(word));
  return longest;
}

class Renderer {
 public:
  explicit Renderer(const RenderOptions& options) : options_(options) {}

  Lines render(const std::string& markdown) {
    const Lines lines = lines_of(markdown);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string line = trim(lines[i]);
      if (is_fence(line)) {
        flush();
        const bool drawing = line.starts_with("```mermaid");
        if (drawing) out_.push_back("  (a diagram, as text)");
        for (++i; i < lines.size() && !is_fence(lines[i]); ++i) code(lines[i]);
      } else if (const int level = heading_level(line); level > 0) {
        flush();
        heading(level, trim(line.substr(static_cast<std::size_t>(level))));
      } else if (line.starts_with("|")) {
        flush();
        std::vector<Lines> rows;
        for (; i < lines.size() && trim(lines[i]).starts_with("|"); ++i) rows.push_back(cells(trim(lines[i])));
        --i;
        table(rows);
      } else if (line.empty()) {
        flush();
        if (!out_.empty() && !out_.back().empty()) out_.emplace_back();
      } else if (paragraph_.empty() && lines[i].starts_with("    ")) {
        code(lines[i].substr(4));
      } else {
        const std::size_t mark = item_mark(line);
        if (mark > 0) {
          flush();
          hang_ = lines[i].find_first_not_of(' ') + mark;
          left_ = hang_ - mark;
        }
        paragraph_ += (paragraph_.empty() ? "" : " ") + line;
      }
    }
    flush();
    while (!out_.empty() && out_.back().empty()) out_.pop_back();
    return std::move(out_);
  }

 private:
  /// Columns of "- " or "12. " that begin an item, else 0.
  static std::size_t item_mark(const std::string& line) {
    if (line.starts_with("- ") || line.starts_with("* ")) return 2;
    const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    return digits > 0 && digits < 4 && line.compare(digits, 2, ". ") == 0 ? digits + 2 : 0;
  }

  std::string style(const std::string& text, const char* code) const {
    return options_.colour ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
  }

  void code(const std::string& line) { out_.push_back(line.empty() ? "" : "    " + style(line, "36")); }

  void heading(int level, const std::string& text) {
    if (!out_.empty() && !out_.back().empty()) out_.emplace_back();
    const std::string shown = inline_text(text);
    out_.push_back(style(shown, "1"));
    if (level <= 2 && !options_.colour) out_.push_back(std::string(columns(shown), level == 1 ? '=' : '-'));
    out_.emplace_back();
  }

  void flush() {
    if (paragraph_.empty()) return;
    const Lines lines = wrap(inline_text(paragraph_), std::max<std::size_t>(options_.width, hang_ + 30) - hang_);
    for (std::size_t i = 0; i < lines.size(); ++i) out_.push_back(std::string(i == 0 ? left_ : hang_, ' ') + lines[i]);
    paragraph_.clear();
    hang_ = left_ = 0;
  }

  /// Pictures and links become what can be opened; the signs of emphasis and the escapes go. Code keeps its backticks:
  /// they quote it.
  std::string inline_text(std::string text) const {
    for (std::size_t at = 0; (at = text.find('[', at)) != std::string::npos; ++at) {
      const bool picture = at > 0 && text[at - 1] == '!';
      const std::size_t middle = text.find("](", at),
                        end = middle == std::string::npos ? middle : text.find(')', middle);
      if (end == std::string::npos) break;
      const std::string words = text.substr(at + 1, middle - at - 1),
                        target = text.substr(middle + 2, end - middle - 2);
      if (words.find('[') != std::string::npos) continue;
      std::string shown = words + (target.starts_with("#") || words == target ? "" : " (" + target + ")");
      if (picture) shown = "[picture: " + words + ". Open " + options_.picture_folder + target + "]";
      const std::size_t begin = picture ? at - 1 : at;
      text.replace(begin, end + 1 - begin, shown);
      at = begin + shown.size() - 1;
    }
    text = without_emphasis(text);
    replace_all(text, "\\|", "|");
    replace_all(text, "<br>", " ");
    return text;
  }

  /// What stands between the bars of a table's row.
  Lines cells(const std::string& row) const {
    Lines result;
    std::string cell;
    for (std::size_t i = 1; i < row.size(); ++i) {
      if (row[i] == '|' && row[i - 1] != '\\') {
        result.push_back(inline_text(trim(cell)));
        cell.clear();
      } else {
        cell += row[i];
      }
    }
    if (!trim(cell).empty()) result.push_back(inline_text(trim(cell)));
    return result;
  }

  void table(const std::vector<Lines>& rows) {
    constexpr std::size_t kNarrowest = 12;
    std::vector<std::size_t> widths, words;
    std::vector<const Lines*> shown;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (r == 1) continue;  // |---|---|
      shown.push_back(&rows[r]);
      widths.resize(std::max(widths.size(), rows[r].size()));
      words.resize(widths.size(), kNarrowest);
      for (std::size_t c = 0; c < rows[r].size(); ++c) {
        widths[c] = std::max(widths[c], columns(rows[r][c]));
        words[c] = std::max(words[c], std::min(longest_word(rows[r][c]), options_.width * 2 / 5));
      }
    }
    // Too wide: the widest columns give way, down to their longest word or two fifths. If that is not enough, words
    // are broken.
    const auto total = [&widths] {
      std::size_t sum = 0;
      for (const std::size_t width : widths) sum += width + 2;
      return sum;
    };
    for (const bool whole_words : {true, false})
      while (total() > options_.width) {
        std::size_t widest = widths.size();
        for (std::size_t c = 0; c < widths.size(); ++c)
          if (widths[c] > (whole_words ? words[c] : kNarrowest) &&
              (widest == widths.size() || widths[c] > widths[widest]))
            widest = c;
        if (widest == widths.size()) break;
        --widths[widest];
      }
    for (std::size_t r = 0; r < shown.size(); ++r) {
      std::vector<Lines> wrapped;
      std::size_t height = 1;
      for (std::size_t c = 0; c < shown[r]->size(); ++c) {
        wrapped.emplace_back();
        for (const std::string& line : wrap((*shown[r])[c], widths[c]))
          for (std::string& piece : pieces(line, widths[c])) wrapped.back().push_back(std::move(piece));
        height = std::max(height, wrapped.back().size());
      }
      for (std::size_t k = 0; k < height; ++k) {
        std::string line = "  ";
        for (std::size_t c = 0; c < wrapped.size(); ++c) {
          const std::string cell = k < wrapped[c].size() ? wrapped[c][k] : "";
          line += (r == 0 ? style(cell, "1") : cell) +
                  std::string(widths[c] + 2 - std::min(widths[c] + 2, columns(cell)), ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out_.push_back(line);
      }
      if (r == 0) {
        std::string rule = "  ";
        for (const std::size_t width : widths) rule += std::string(width, '-') + "  ";
        rule.erase(rule.find_last_not_of(' ') + 1);
        out_.push_back(rule);
      }
    }
  }

  const RenderOptions& options_;
  Lines out_;
  std::string paragraph_;
  std::size_t hang_ = 0, left_ = 0;
};

}  // namespace

std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (c >= 'A' && c <= 'Z')
      anchor += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || byte >= 0x80)
      anchor += c;
    else if (c == ' ')
      anchor += '-';
  }
  // Of what is not ASCII letters stay; these are the signs that headings use.
  for (const char* sign : {"×", "→", "–", "—", "’", "“", "”", "…", "·", "≤", "≥", "−"}) replace_all(anchor, sign, "");
  return anchor;
}

std::vector<Heading> headings_of(const std::string& markdown) {
  std::vector<Heading> headings;
  const Lines lines = lines_of(markdown);
  bool code = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_fence(lines[i])) code = !code;
    const int level = code ? 0 : heading_level(lines[i]);
    if (level == 0) continue;
    const std::string text = trim(lines[i].substr(static_cast<std::size_t>(level)));
    std::string anchor = anchor_of(text);
    const auto same =
        std::count_if(headings.begin(), headings.end(), [&](const Heading& h) { return anchor_of(h.text) == anchor; });
    if (same > 0) anchor += "-" + std::to_string(same);
    headings.push_back({level, text, anchor, i});
  }
  return headings;
}

std::string section_of(const std::string& markdown, const std::string& anchor) {
  const std::vector<Heading> headings = headings_of(markdown);
  const Lines lines = lines_of(markdown);
  std::string known;
  for (std::size_t h = 0; h < headings.size(); ++h) {
    known += (known.empty() ? "" : ", ") + headings[h].anchor;
    if (headings[h].anchor != anchor) continue;
    std::size_t end = lines.size();
    for (std::size_t k = h + 1; k < headings.size(); ++k)
      if (headings[k].level <= headings[h].level) {
        end = headings[k].line;
        break;
      }
    std::string section;
    for (std::size_t i = headings[h].line; i < end; ++i) section += lines[i] + "\n";
    return section;
  }
  throw Error("the lesson has no section " + anchor + "; there are " + known);
}

Lines render_markdown(const std::string& markdown, const RenderOptions& options) {
  return Renderer(options).render(markdown);
}

}  // namespace tinytorch::course
