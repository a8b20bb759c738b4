#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/paragraph.h"
#include "tinytorch/course/student/questions.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;
using course::Question;

constexpr int kTries = 3;  // until something is understood

/// With a full stop, unless it ends in one or is empty, and a blank.
std::string sentence(const std::string& words) {
  if (words.empty()) return words;
  return words + (std::string(".!?").find(words.back()) == std::string::npos ? ". " : " ");
}

struct Options {
  std::string module, answers;
  bool show = false;
};

class Quiz {
 public:
  Quiz(const Common& common, const Options& options)
      : terminal_(common.json, common.quiet),
        course_(terminal_),
        module_(find_module(course_, options.module)),
        options_(options) {
    const fs::path file = course_.root / "modules" / module_.name / "questions.toml";
    if (!fs::exists(file)) throw Error("module " + module_.name + " has no questions");
    questions_ = course::read_questions(file);
  }

  int run() {
    if (options_.show) return show();
    const bool scripted = !options_.answers.empty();
    if (scripted) given_ = given_answers();
    terminal_.result(bold(terminal_, "Module " + module_number(module_.name) + ": " +
                                         std::to_string(questions_.size()) + " questions") +
                     (scripted ? "" : "   an empty line skips one, Ctrl-D ends"));
    for (std::size_t i = 0; i < questions_.size() && !ended_; ++i) ask(i, scripted);
    if (!answers_.empty())
      course::update_progress(course_.root, [&](course::Progress& progress) {
        for (const auto& [number, answer] : answers_) progress.quizzes[module_.name][number] = answer;
      });
    const auto right = std::count_if(answers_.begin(), answers_.end(), [](const auto& a) { return a.second.right; });
    terminal_.result("\n" + std::to_string(right) + " of " + std::to_string(questions_.size()) + " right" +
                     (answers_.size() < questions_.size()
                          ? ", " + std::to_string(questions_.size() - answers_.size()) + " not answered"
                          : "") +
                     ".");
    terminal_.json(json_text({{"module", module_.name},
                              {"right", right},
                              {"answered", answers_.size()},
                              {"questions", questions_.size()},
                              {"answers", report_}}));
    return static_cast<std::size_t>(right) == questions_.size() ? 0 : 1;
  }

 private:
  static const course::Module& find_module(const Course& course, const std::string& name) {
    try {
      return course.catalog.module(name);
    } catch (const Error&) {
      const std::size_t dot = name.find('.');  // 03.1 or an exercise of it
      if (dot != std::string::npos || name.find('_') != std::string::npos)
        return course.module_of(course.catalog.exercise(name));
      throw;
    }
  }

  void text(const std::string& words, std::size_t indent) {
    for (const std::string& line : course::wrap(words, static_cast<std::size_t>(text_width()) - indent))
      terminal_.result(std::string(indent, ' ') + line);
  }

  void pose(std::size_t index) {
    const Question& question = questions_[index];
    terminal_.result("");
    std::string label = std::to_string(index + 1) + ".";
    label.resize(std::to_string(questions_.size()).size() + 2, ' ');
    for (const std::string& line : course::wrap(question.text, static_cast<std::size_t>(text_width()) - label.size())) {
      terminal_.result(label + line);
      label.assign(label.size(), ' ');
    }
    for (std::size_t c = 0; c < question.choices.size(); ++c) {
      const std::string letter(1, static_cast<char>('a' + c));
      text(letter + ") " + question.choices[c].text, 5);
    }
  }

  int show() {
    Json list = Json::array();
    for (std::size_t i = 0; i < questions_.size(); ++i) {
      pose(i);
      Json choices = Json::array();
      for (const course::Choice& choice : questions_[i].choices) choices.push_back(choice.text);
      list.push_back({{"question", questions_[i].text}, {"unit", questions_[i].unit}, {"choices", choices}});
    }
    terminal_.json(json_text({{"module", module_.name}, {"questions", list}}));
    return 0;
  }

  std::vector<std::string> given_answers() const {
    std::error_code none;
    if (fs::is_regular_file(options_.answers, none)) return course::lines_of(course::read_text(options_.answers));
    const char separator = options_.answers.find(';') == std::string::npos ? ',' : ';';
    std::vector<std::string> list(1);
    for (const char c : options_.answers) {
      if (c == separator)
        list.emplace_back();
      else
        list.back() += c;
    }
    return list;
  }

  /// The next answer, or nothing at the end of the input.
  std::optional<std::string> answer(std::size_t index, bool scripted) {
    if (scripted) return index < given_.size() ? std::optional(given_[index]) : std::nullopt;
    const std::string& unit = questions_[index].unit;
    std::cerr << (unit.empty() ? "   > " : "   (" + unit + ") > ") << std::flush;
    std::string line;
    if (!std::getline(std::cin, line)) {
      std::cerr << '\n';
      return std::nullopt;
    }
    return line;
  }

  void ask(std::size_t index, bool scripted) {
    const Question& question = questions_[index];
    pose(index);
    for (int i = 0; i < kTries; ++i) {
      const std::optional<std::string> given = answer(index, scripted);
      if (!given) {
        ended_ = true;
        return;
      }
      if (course::trimmed(*given).empty()) {
        terminal_.result("   skipped");
        return;
      }
      const course::Mark mark = course::mark(question, *given);
      if (mark.understood) return settle(index, *given, mark);
      terminal_.result("   not understood: " + mark.words);
      if (scripted) break;
    }
    report_.push_back({{"question", index + 1}, {"understood", false}});
  }

  void settle(std::size_t index, const std::string& given, const course::Mark& mark) {
    const Question& question = questions_[index];
    std::string short_given(course::trimmed(given));
    if (short_given.size() > 200) short_given.resize(200);
    answers_[static_cast<int>(index) + 1] = {short_given, mark.right};
    text(mark.right ? "right. " + sentence(mark.words)
                    : "no. " + sentence(mark.words) + sentence("The answer is " + course::right_answer(question)),
         3);
    if (!question.why.empty()) text(question.why, 5);
    report_.push_back({{"question", index + 1},
                       {"understood", true},
                       {"answer", short_given},
                       {"right", mark.right},
                       {"reason", mark.words},
                       {"why", question.why}});
  }

  Terminal terminal_;
  Course course_;
  const course::Module& module_;
  const Options& options_;
  std::vector<Question> questions_;
  std::vector<std::string> given_;
  course::QuizRecord answers_;
  Json report_ = Json::array();
  bool ended_ = false;
};

}  // namespace

void add_quiz(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("quiz", "The questions of a module: predict, compute, then see why");
  auto options = std::make_shared<Options>();
  command->add_option("module", options->module, "A module (03)")->required();
  command->add_option("--answers", options->answers,
                      "Answer from a file, one a line, or from a list: a,3.5 or a;3,500");
  command->add_flag("--show", options->show, "Print the questions only");
  add_common(*command, common,
             "  tt quiz 03\n  tt quiz 03 --show\n  tt quiz 03 --answers \"0.5,c,1e3,b\"\n\n"
             "Numbers may be written 1250, 1,250, 1.25e3, 12 % or 1.25 kB; of a choice its letter is enough.\n"
             "Exit codes: 0 all right, 1 not all, 2 error.\n");
  command->callback(
      [&common, options] { common.action = [&common, options] { return Quiz(common, *options).run(); }; });
}

}  // namespace tinytorch::cli
