#include "tinytorch/course/student/feedback.h"

#include <algorithm>

#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/diagnostics.h"
#include "tinytorch/course/student/files.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::course {
namespace {

using Lines = std::vector<std::string>;
constexpr std::size_t kPrinted = 8;  // lines of what the student's code printed

const TestEntry* entry_of(const Exercise& exercise, const std::string& name) {
  for (const TestEntry& test : exercise.tests)
    if (test.name == name) return &test;
  return nullptr;
}

/// "NegativesBecomeZero": the exercise is known.
std::string short_name(const std::string& test) {
  const std::size_t dot = test.find('.');
  return dot == std::string::npos ? test : test.substr(dot + 1);
}

std::string plural(int count, const std::string& words) {
  return std::to_string(count) + " " + words + (count == 1 ? "" : "s");
}

/// The line of the first TT_TODO, 0 if there is none.
int todo_line(const std::string& text) {
  const Lines lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].find("TT_TODO(") != std::string::npos) return static_cast<int>(i) + 1;
  return 0;
}

class Writer {
 public:
  Writer(const Exercise& exercise, const Checked& checked, const Misconceptions& misconceptions,
         const FeedbackOptions& options)
      : exercise_(exercise),
        checked_(checked),
        misconceptions_(misconceptions),
        options_(options),
        file_(exercise_file(exercise).string()) {}

  Lines write() {
    switch (checked_.status) {
      case Status::passed:
        passed();
        break;
      case Status::not_attempted:
        not_attempted();
        break;
      case Status::did_not_compile:
        did_not_compile();
        break;
      default:
        did_not_pass();
    }
    return std::move(lines_);
  }

 private:
  void line(const std::string& text = "") { lines_.push_back(text); }
  void item(const std::string& label, const std::string& text) {
    if (text.empty()) return;
    for (std::string& each : labelled(label, text, 2, options_.width)) line(std::move(each));
  }
  std::string command(const std::string& arguments) const { return options_.program + " " + arguments; }
  std::string lesson_command(const std::string& anchor) const {
    return command("lesson " + exercise_.module.substr(0, 2) + "#" + anchor);
  }
  void next(const std::string& arguments, const std::string& words) {
    line();
    line("next: " + command(arguments) + (words.empty() ? "" : "   " + words));
  }
  bool more_hints() const { return static_cast<std::size_t>(options_.hints_taken) < exercise_.hints.size(); }

  /// "2 visible tests passed, 1 did not, 3 run at grading"
  std::string count_words() const {
    const int passed = passed_tests(checked_), visible = static_cast<int>(checked_.results.size());
    const int hidden = static_cast<int>(exercise_.tests.size()) - visible_count();
    std::string words = plural(passed, "visible test") + " passed";
    if (passed < visible) words += ", " + std::to_string(visible - passed) + " did not";
    if (hidden > 0) words += ", " + std::to_string(hidden) + (hidden == 1 ? " runs" : " run") + " at grading";
    return words;
  }
  int visible_count() const {
    return static_cast<int>(
        std::count_if(exercise_.tests.begin(), exercise_.tests.end(), [](const TestEntry& t) { return !t.hidden; }));
  }

  void printed(const std::string& output) {
    const Lines shown = bounded(output, kPrinted, options_.width > 20 ? options_.width - 14 : 20);
    for (std::size_t i = 0; i < shown.size(); ++i)
      line("  " + std::string(i == 0 ? "printed     " : "            ") + shown[i]);
  }

  void passed() {
    line(exercise_.label() + ": passed");
    line("  " + count_words() + ".");
    std::string output;
    for (const TestResult& result : checked_.results)
      if (output.empty()) output = result.output;
    printed(output);
    warning();
    if (!options_.next.empty()) next(options_.next, options_.next_words);
  }

  void not_attempted() {
    line(exercise_.label() + ": not attempted");
    item("to do", exercise_.contract);
    int todo = 0;
    try {
      todo = todo_line(read_text(options_.root / file_));
    } catch (const std::exception&) {
    }
    item("file", todo > 0 ? file_ + ":" + std::to_string(todo) +
                                "  TT_TODO stands there: it throws, so remove the line when your code is in its place"
                          : file_);
    item("declared", exercise_.header);
    item("lesson", lesson_command(exercise_.lesson));
    if (passed_tests(checked_) > 0) line("  " + count_words() + ".");
    next("hint " + exercise_.name, "where to begin");
  }

  void did_not_compile() {
    line(exercise_.label() + ": does not compile");
    const Diagnosis diagnosis = first_error(checked_.compiler_output, options_.root / file_, file_, exercise_.header);
    lines_.insert(lines_.end(), diagnosis.lines.begin(), diagnosis.lines.end());
    next("check " + exercise_.name,
         "when line " + (diagnosis.line > 0 ? std::to_string(diagnosis.line) : "and file") + " is mended");
    if (diagnosis.line == 0) lines_.back() = "next: " + command("check " + exercise_.name);
  }

  void warning() {
    const Diagnosis diagnosis = first_warning(checked_.compiler_output, options_.root / file_, file_);
    lines_.insert(lines_.end(), diagnosis.lines.begin(), diagnosis.lines.end());
  }

  void did_not_pass() {
    const auto first = std::find_if(checked_.results.begin(), checked_.results.end(),
                                    [](const TestResult& result) { return result.status != Status::passed; });
    if (first == checked_.results.end()) {  // no test ran at all
      line(exercise_.label() + ": " + word_of(checked_.status));
      for (const std::string& text : bounded(checked_.compiler_output, kPrinted, options_.width)) line("  " + text);
      return;
    }
    const TestEntry* entry = entry_of(exercise_, first->name);
    line(exercise_.label() + ": " + word_of(first->status) + " in " + short_name(first->name));
    item(first->status == Status::failed ? "broken" : "asked for", entry == nullptr ? "" : entry->contract);
    details(*first);
    item("lesson", lesson_command(entry == nullptr ? exercise_.lesson : entry->lesson));
    warning();
    if (checked_.results.size() > 1) line();
    for (const TestResult& result : checked_.results)
      if (&result != &*first) other(result);
    line(count_words() + ".");
    what_next(*first);
  }

  void details(const TestResult& result) {
    item("why", reason(result));
    item("input", result.input);
    item("expected", result.expected);
    item("got", result.got);
    item("difference", result.difference);
    item("it seems", misconceptions_.find(result.name, result.answer));
    printed(result.output);
  }

  std::string reason(const TestResult& result) const {
    switch (result.status) {
      case Status::timed_out:
        return result.message + ": a loop that does not end, or far more work than is needed";
      case Status::out_of_memory:
        return "it asked for more memory than a test may have (1 GiB): look at the sizes it allocates";
      case Status::ungraded:
        return "the judge or this machine failed, which says nothing about your code: " + result.message;
      case Status::crashed:
        return result.message + (result.line.empty() ? "" : ", in " + place_of(result.line));
      default:
        return result.message;
    }
  }
  /// "relu.cpp:14" with the code that stands there.
  std::string place_of(const std::string& line) const {
    const std::size_t colon = line.rfind(':');
    std::string code;
    try {
      const Lines lines = lines_of(read_text(options_.root / file_));
      const auto number = static_cast<std::size_t>(std::stoul(line.substr(colon + 1)));
      if (number >= 1 && number <= lines.size()) code = trimmed(lines[number - 1]);
    } catch (const std::exception&) {
    }
    return line + (code.empty() ? "" : ": " + code);
  }

  /// One line about a test that is not the first that failed.
  void other(const TestResult& result) {
    std::string what = short_name(result.name);
    if (result.status != Status::passed) {
      const std::string& detail = !result.difference.empty() ? result.difference : result.message;
      const TestEntry* entry = entry_of(exercise_, result.name);
      what += ": " + (detail.empty() && entry != nullptr ? entry->contract : detail);
    }
    const Lines text = bounded(what, 1, options_.width > 40 ? options_.width - 18 : 40);
    line("  " + word_of(result.status) +
         std::string(16 - std::min<std::size_t>(15, word_of(result.status).size()), ' ') +
         (text.empty() ? "" : text.front()));
  }

  void what_next(const TestResult& result) {
    const bool debugger = result.status == Status::crashed || result.status == Status::timed_out;
    if (result.status == Status::ungraded)
      next("check " + exercise_.name, "once more");
    else if (debugger || !more_hints())
      next("debug " + exercise_.name + " " + short_name(result.name), "in a debugger, on this very input");
    else
      next("hint " + exercise_.name, options_.hints_taken == 0 ? "a nudge" : "one step further");
  }

  const Exercise& exercise_;
  const Checked& checked_;
  const Misconceptions& misconceptions_;
  const FeedbackOptions& options_;
  std::string file_;
  Lines lines_;
};

}  // namespace

Status status_of(const std::vector<TestResult>& results) {
  for (const TestResult& result : results)
    if (result.status != Status::passed) return result.status;
  return results.empty() ? Status::did_not_run : Status::passed;
}

int passed_tests(const Checked& checked) {
  return static_cast<int>(std::count_if(checked.results.begin(), checked.results.end(),
                                        [](const TestResult& result) { return result.status == Status::passed; }));
}

int passed_points(const Exercise& exercise, const Checked& checked) {
  int points = 0;
  for (const TestResult& result : checked.results) {
    const TestEntry* entry = entry_of(exercise, result.name);
    if (result.status == Status::passed && entry != nullptr) points += entry->points;
  }
  return points;
}

Lines feedback(const Exercise& exercise, const Checked& checked, const Misconceptions& misconceptions,
               const FeedbackOptions& options) {
  return Writer(exercise, checked, misconceptions, options).write();
}

std::string summary(const Exercise& exercise, const Checked& checked, const std::filesystem::path& root) {
  std::string text = exercise.label() + ": " + word_of(checked.status);
  if (checked.status == Status::did_not_compile) {
    const std::string file = exercise_file(exercise).string();
    const Diagnosis diagnosis = first_error(checked.compiler_output, root / file, file, exercise.header);
    if (!diagnosis.lines.empty()) text += "  " + diagnosis.lines.front();
    return text;
  }
  for (const TestResult& result : checked.results) {
    if (result.status == Status::passed) continue;
    if (result.status == Status::not_attempted) break;
    text += "  " + short_name(result.name);
    const TestEntry* entry = entry_of(exercise, result.name);
    const std::string& detail = !result.difference.empty() ? result.difference : result.message;
    if (!detail.empty() || entry != nullptr) text += ": " + (detail.empty() ? entry->contract : detail);
    break;
  }
  const Lines line = bounded(text, 1, 160);
  return line.empty() ? "" : line.front();
}

}  // namespace tinytorch::course
