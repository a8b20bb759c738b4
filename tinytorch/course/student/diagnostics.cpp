#include "tinytorch/course/student/diagnostics.h"

#include <algorithm>
#include <optional>

#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kLines = 8, kWidth = 160;

/// "path:12:3: error: words", and "path:12:3:   required from here".
struct Mark {
  std::string path, kind, words;
  int line = 0, column = 0;
};

bool number_at(const std::string& text, std::size_t& at, int& number) {
  const std::size_t begin = at;
  number = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin < 8)
    number = number * 10 + (text[at++] - '0');
  return at > begin;
}

std::optional<Mark> mark_of(const std::string& text) {
  for (std::size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', colon + 1)) {
    std::size_t at = colon + 1;
    Mark mark;
    if (!number_at(text, at, mark.line) || at >= text.size() || text[at] != ':') continue;
    mark.path = text.substr(0, colon);
    std::size_t column = at + 1;
    if (number_at(text, column, mark.column) && column < text.size() && text[column] == ':') at = column;
    std::string rest = text.substr(at + 1);
    rest.erase(0, rest.find_first_not_of(' '));
    for (const char* kind : {"fatal error: ", "error: ", "warning: ", "note: "})
      if (rest.starts_with(kind)) {
        mark.kind = std::string(kind).substr(0, std::string(kind).size() - 2);
        mark.words = rest.substr(std::string(kind).size());
        return mark;
      }
    if (rest.find("required from") != std::string::npos) {
      mark.kind = "required";
      return mark;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

bool is_error(const Mark& mark) { return mark.kind == "error" || mark.kind == "fatal error"; }
bool begins(const Mark& mark) { return is_error(mark) || mark.kind == "warning"; }

std::vector<Mark> marks_of(const std::string& output) {
  std::vector<Mark> marks;
  for (const std::string& line : lines_of(output))
    if (auto mark = mark_of(line)) marks.push_back(std::move(*mark));
  return marks;
}

std::string shortened(const std::string& text) {
  std::vector<std::string> lines = bounded(text, 1, kWidth);
  return lines.empty() ? "" : lines.front();
}

/// The line of the source, with a mark under the column.
void add_excerpt(Diagnosis& diagnosis, const fs::path& source, int line, int column) {
  std::vector<std::string> text;
  try {
    text = lines_of(read_text(source));
  } catch (const std::exception&) {
    return;
  }
  if (line < 1 || static_cast<std::size_t>(line) > text.size()) return;
  std::string code = text[static_cast<std::size_t>(line) - 1];
  std::replace(code.begin(), code.end(), '\t', ' ');
  const std::string number = std::to_string(line);
  diagnosis.lines.push_back("  " + number + " | " + shortened(code));
  if (column > 0 && static_cast<std::size_t>(column) <= std::min(code.size() + 1, kWidth))
    diagnosis.lines.push_back("  " + std::string(number.size(), ' ') + " | " +
                              std::string(columns(code.substr(0, static_cast<std::size_t>(column) - 1)), ' ') + "^");
}

bool about_signature(const std::string& words) {
  for (const char* part :
       {"no declaration matches", "should have been declared inside", "does not match any declaration",
        "ambiguating new declaration", "differ only in their return type", "has not been declared within",
        "is not a member of", "no member named", "conflicting declaration", "explicit qualification"})
    if (words.find(part) != std::string::npos) return true;
  return false;
}

Diagnosis describe(const std::vector<Mark>& marks, std::size_t index, const Mark& place, const fs::path& source,
                   const std::string& shown, const std::string& header) {
  const Mark& mark = marks[index];
  Diagnosis diagnosis;
  diagnosis.line = place.line;
  const bool own = place.path == mark.path;
  diagnosis.lines.push_back(shortened(shown + ":" + std::to_string(place.line) + ": " + mark.kind + ": " + mark.words));
  add_excerpt(diagnosis, source, place.line, place.column);
  if (!own)
    diagnosis.lines.push_back(shortened("  found in " + fs::path(mark.path).filename().string() + ":" +
                                        std::to_string(mark.line) + ", which this line uses"));
  for (std::size_t i = index + 1;
       i < marks.size() && marks[i].kind == "note" && own && diagnosis.lines.size() < kLines - 1; ++i)
    diagnosis.lines.push_back(shortened("  note: " + marks[i].words));
  if (!header.empty() && own && about_signature(mark.words))
    diagnosis.lines.push_back(
        shortened("  Keep the signature that the file came with: it is declared in " + header + "."));
  diagnosis.lines.resize(std::min(diagnosis.lines.size(), kLines));
  return diagnosis;
}

/// The diagnostic of this kind that lies in the student's file, or that a line of it led to.
std::optional<Diagnosis> in_source(const std::vector<Mark>& marks, bool errors, const fs::path& source,
                                   const std::string& shown, const std::string& header) {
  const auto is_source = [&](const Mark& mark) { return mark.path == source || fs::path(mark.path) == source; };
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!begins(marks[i]) || is_error(marks[i]) != errors) continue;
    if (is_source(marks[i])) return describe(marks, i, marks[i], source, shown, header);
    if (!errors) continue;
    for (std::size_t k = i; k-- > 0 && marks[k].kind == "required";)  // g++ tells the way before the error,
      if (is_source(marks[k])) return describe(marks, i, marks[k], source, shown, header);
    for (std::size_t k = i + 1; k < marks.size() && marks[k].kind == "note"; ++k)  // clang after it
      if (is_source(marks[k]) && marks[k].words.find("requested here") != std::string::npos)
        return describe(marks, i, marks[k], source, shown, header);
  }
  return std::nullopt;
}

/// What follows `words`, in the linker's quotes or to the end of the line.
std::string quoted_after(const std::string& line, const std::string& words) {
  const std::size_t at = line.find(words);
  if (at == std::string::npos) return "";
  std::string name = line.substr(at + words.size());
  for (const char* quote : {"`", "'", "‘", "’"})
    for (std::size_t i; (i = name.find(quote)) != std::string::npos;) {
      if (i > 0)
        name.resize(i);  // a closing quote: what follows it is no name
      else
        name.erase(0, std::string(quote).size());
    }
  name.erase(0, name.find_first_not_of(' '));
  return name;
}

Diagnosis of_linker(const std::string& output, const std::string& shown, const std::string& header) {
  Diagnosis diagnosis;
  const auto say = [&](const std::string& words) { diagnosis.lines.push_back(shortened(words)); };
  bool in_exercise = false;
  for (const std::string& line : lines_of(output)) {
    if (line.find(": in function ") != std::string::npos) in_exercise = line.find("exercise.o") != std::string::npos;
    for (const char* words : {"undefined reference to ", "undefined symbol: "}) {
      const std::string name = quoted_after(line, words);
      if (name.empty()) continue;
      if (in_exercise || line.find("exercise.o") != std::string::npos) {
        say(shown + " uses " + name + ",");
        say("  which is declared and defined nowhere. Define it in this file, or use something else.");
      } else {
        say(shown + " does not define " + name + ".");
        say("  Keep name, parameters and `const` as the file came with them" +
            (header.empty() ? "" : "; " + header + " declares them") + ".");
      }
      return diagnosis;
    }
    const std::string twice = quoted_after(line, "multiple definition of ");
    if (!twice.empty()) {
      say(shown + " defines " + twice + ",");
      say("  and so does another file. Give it another name, or put it in an anonymous namespace.");
      return diagnosis;
    }
  }
  return diagnosis;
}

}  // namespace

Diagnosis first_error(const std::string& output, const fs::path& source, const std::string& shown,
                      const std::string& header) {
  const std::vector<Mark> marks = marks_of(output);
  if (auto diagnosis = in_source(marks, true, source, shown, header)) return *diagnosis;
  const auto elsewhere = std::find_if(marks.begin(), marks.end(), is_error);
  if (elsewhere == marks.end()) {
    Diagnosis diagnosis = of_linker(output, shown, header);
    if (!diagnosis.lines.empty()) return diagnosis;
  } else {
    Diagnosis diagnosis;
    diagnosis.lines = {shortened(elsewhere->path + ":" + std::to_string(elsewhere->line) + ": " + elsewhere->kind +
                                 ": " + elsewhere->words)};
    return diagnosis;
  }
  std::vector<std::string> lines = bounded(output, 1000, kWidth);
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  return {lines, 0};
}

Diagnosis first_warning(const std::string& output, const fs::path& source, const std::string& shown) {
  return in_source(marks_of(output), false, source, shown, "").value_or(Diagnosis{});
}

fs::path file_of_first_error(const std::string& output, const std::string& folder) {
  for (const Mark& mark : marks_of(output))
    if ((is_error(mark) || mark.kind == "required") && mark.path.find(folder) != std::string::npos) return mark.path;
  return {};
}

}  // namespace tinytorch::course
