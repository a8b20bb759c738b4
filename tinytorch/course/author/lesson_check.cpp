#include "tinytorch/course/author/lesson_check.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tinytorch/base/error.h"
#include "tinytorch/course/process.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/questions.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
constexpr int kFewestWords = 1200, kMostWords = 2500;
constexpr std::size_t kFewestQuestions = 5;

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string path_variable() {
  const char* path = std::getenv("PATH");
  return std::string("PATH=") + (path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
}

void check_link(const fs::path& folder, const std::string& file, const Markdown& lesson, const Markdown::Link& link,
                Findings& findings) {
  const std::string where = file + ":" + std::to_string(link.line);
  if (link.target.find("://") != std::string::npos || link.target.starts_with("mailto:")) return;
  const std::string path = link.target.substr(0, link.target.find('#'));
  const std::string anchor = path.size() < link.target.size() ? link.target.substr(path.size() + 1) : "";
  if (!path.empty() && !fs::exists(folder / path)) {
    findings.add(where, "the link " + link.target + " leads nowhere");
    return;
  }
  if (anchor.empty()) return;
  const Markdown there = path.empty()                          ? lesson
                         : fs::path(path).extension() == ".md" ? read_markdown(read_text(folder / path))
                                                               : Markdown();
  if (!among(there.anchors, anchor)) findings.add(where, "the link " + link.target + ": there is no such heading");
}

void check_pictures(const fs::path& root, const std::string& folder, const Markdown& lesson, Findings& findings) {
  for (const auto& entry : fs::directory_iterator(root / folder)) {
    const fs::path path = entry.path();
    const std::string name = path.filename(), file = folder + "/" + name;
    if (path.extension() == ".svg") {
      if (!fs::exists(fs::path(path).replace_extension(".py")))
        findings.add(file, "is drawn by no script of the same name");
      if (std::none_of(lesson.links.begin(), lesson.links.end(),
                       [&](const Markdown::Link& l) { return l.target == name; }))
        findings.add(file, "the lesson does not show it");
    }
    if (path.extension() != ".py") continue;
    Command command;
    command.arguments = {"/usr/bin/env", "python3", "-B", path.string(), "--check"};
    command.environment = {path_variable(), "LC_ALL=C.UTF-8"};
    command.limits = {.wall_seconds = 60, .cpu_seconds = 60, .memory_bytes = 0};
    const Outcome outcome = run(command);
    if (outcome.end != End::exited || outcome.code != 0)
      findings.add(file, "--check fails: " + outcome.reason + std::string(trimmed(outcome.output)));
  }
}

/// "check", "--epochs", "1": blanks separate, quotes of both kinds hold together.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool inside = false;
  for (const char c : text + " ") {
    if (quote != 0 && c == quote)
      quote = 0;
    else if (quote == 0 && (c == '"' || c == '\''))
      quote = c, inside = true;
    else if (quote == 0 && c == ' ') {
      if (inside) words.push_back(word);
      word.clear(), inside = false;
    } else
      word += c, inside = true;
  }
  return words;
}

Outcome run_program(const Programs& programs, const fs::path& program, std::vector<std::string> words,
                    const std::string& input = "") {
  Command command;
  command.input = {reinterpret_cast<const std::uint8_t*>(input.data()), input.size()};
  command.arguments = std::move(words);
  command.arguments.insert(command.arguments.begin(), program.string());
  command.environment = {path_variable(), "LC_ALL=C.UTF-8", "TINYTORCH_LAUNCHER=./tt",
                         "TINYTORCH_ROOT=" + programs.root.string(), "TINYTORCH_BUILD=" + programs.build.string()};
  for (const char* name : {"TINYTORCH_DATA", "HOME", "CMAKE_CXX_COMPILER_LAUNCHER"})
    if (const char* value = std::getenv(name)) command.environment.push_back(std::string(name) + "=" + value);
  command.directory = programs.root;
  command.limits = {.wall_seconds = 120, .cpu_seconds = 0, .memory_bytes = 0, .file_bytes = 0, .open_files = 0};
  return run(command);
}

/// Somebody who knows everything: the right answers of a module's quiz, a line each.
std::string right_answers(const fs::path& root, const std::string& module) {
  std::string answers;
  const std::string name = read_catalog(root).module(module).name;
  for (const Question& question : read_questions(root / "modules" / name / "questions.toml")) {
    char number[40];
    std::snprintf(number, sizeof number, "%.17g", question.answer);
    answers += (question.choices.empty() ? std::string(number) : right_answer(question).substr(0, 1)) + "\n";
  }
  return answers;
}

/// What a command's --help says; empty if there is no such command (then the program tells about itself).
std::string help_of(const Programs& programs, const fs::path& program, std::vector<std::string> words) {
  std::string usage = "Usage: tt";
  for (const std::string& word : words) usage += " " + word;
  words.push_back("--help");
  const Outcome outcome = run_program(programs, program, words);
  const std::size_t at = outcome.output.find(usage);
  const bool whole =
      at != std::string::npos && std::string(" \n").find(outcome.output[at + usage.size()]) != std::string::npos;
  return whole ? outcome.output : "";
}

std::string last_line(const std::string& text) {
  const std::vector<std::string> lines = lines_of(trimmed(text));
  return lines.empty() ? "" : ": " + lines.back();
}

}  // namespace

std::vector<Markdown::QuotedCommand> check_lesson(const fs::path& root, const Module& module,
                                                  const SolutionLines& solutions, Findings& findings) {
  const std::string folder = "modules/" + module.name, file = folder + "/README.md";
  if (!fs::exists(root / file)) return {};
  const std::string text = read_text(root / file);
  const Markdown lesson = read_markdown(text);
  const std::string number = module.name.substr(0, 2);
  if (lesson.title != "Module " + number + ": " + module.title)
    findings.add(file + ":1", "the title is not `# Module " + number + ": " + module.title + "`");
  if (lesson.words < kFewestWords || lesson.words > kMostWords)
    findings.add(file, std::to_string(lesson.words) + " words outside of code blocks; " + std::to_string(kFewestWords) +
                           " to " + std::to_string(kMostWords) + " are asked for");
  for (const Exercise& exercise : module.exercises) {
    if (!among(lesson.anchors, exercise.name)) findings.add(file, "no heading `### " + exercise.name + "`");
    if (!among(lesson.anchors, exercise.lesson))
      findings.add(folder + "/module.toml", exercise.name + ": the lesson has no heading for #" + exercise.lesson);
    for (const TestEntry& test : exercise.tests)
      if (test.lesson != exercise.lesson && !among(lesson.anchors, test.lesson))
        findings.add(folder + "/module.toml", test.name + ": the lesson has no heading for #" + test.lesson);
  }
  for (const Markdown::Link& link : lesson.links) check_link(root / folder, file, lesson, link, findings);
  check_pictures(root, folder, lesson, findings);
  if (fs::exists(root / folder / "questions.toml")) {
    const std::size_t questions = read_questions(root / folder / "questions.toml").size();
    if (questions < kFewestQuestions)
      findings.add(folder + "/questions.toml",
                   std::to_string(questions) + " questions, fewer than " + std::to_string(kFewestQuestions));
  }
  for (const char* name : {"README.md", "module.toml", "questions.toml", "misconceptions.json"})
    if (const std::string other = folder + "/" + name; fs::exists(root / other))
      for (const Finding& finding : solutions.scan(other, read_text(root / other)))
        findings.add(finding.where, finding.what);
  return lesson.commands;
}

void make_solved_tree(const fs::path& root, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(root)) {
    const std::string name = entry.path().filename();
    if (name == "exercises" || name == ".git" || name == "build" || name == ".tinytorch") continue;
    fs::create_symlink(entry.path(), to / name);
  }
  for (const DeclaredModule& module : declared_modules(root)) {
    fs::create_directories(to / "exercises" / module.name);
    for (const std::string& exercise : module.exercises) {
      const fs::path file = fs::path(module.name) / (exercise + ".cpp");
      if (fs::exists(root / "solutions" / file)) fs::copy_file(root / "solutions" / file, to / "exercises" / file);
    }
  }
}

std::string try_command(const Programs& programs, const Markdown::QuotedCommand& command) {
  std::vector<std::string> words = words_of(command.text);
  if (words.size() < 2 || words[0] != "./tt") return "is no command of ./tt";
  words.erase(words.begin());
  // What ./tt itself does, without a program behind it.
  if (words[0] == "test" || words[0] == "setup" || words[0] == "help") return "";
  const bool course = !help_of(programs, programs.course, {words[0]}).empty();
  const fs::path program = course ? programs.course : programs.tt;
  const bool mine = !course && std::erase(words, "--mine") > 0;  // the launcher takes that one
  if (!command.slow) {
    if (mine) words.insert(words.begin(), "mine");
    const bool quiz = words.size() == 2 && words[0] == "quiz";
    const Outcome outcome = run_program(programs, mine ? programs.course : program, words,
                                        quiz ? right_answers(programs.root, words[1]) : "");
    if (outcome.end == End::timed_out) return "runs for more than 120 seconds; a ```sh slow block is for such";
    if (outcome.end != End::exited) return "does not end well: " + outcome.reason + last_line(outcome.output);
    return outcome.code == 0 ? "" : "ends with exit code " + std::to_string(outcome.code) + last_line(outcome.output);
  }
  std::vector<std::string> name;
  for (std::size_t i = 0; i < words.size() && !words[i].starts_with("-"); ++i) name.push_back(words[i]);
  // Words behind a command may be its arguments: the longest name that has a help is the command's.
  std::string help;
  while (!name.empty() && (help = help_of(programs, program, name)).empty()) name.pop_back();
  if (name.empty()) return "there is no such command";
  for (const std::string& word : words)
    if (word.starts_with("--") && help.find(word.substr(0, word.find('='))) == std::string::npos)
      return "the command has no option " + word;
  return "";
}

}  // namespace tinytorch::course
