#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/student/files.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;
using course::Exercise;
using course::Status;
using course::TestResult;

/// "NegativesBecomeZero", "Relu.NegativesBecomeZero", or a part of one name.
std::string test_name(const Exercise& exercise, const std::string& wanted) {
  std::string known, match;
  for (const course::TestEntry& test : exercise.tests) {
    if (test.hidden) continue;
    if (test.name == wanted || test.name.ends_with("." + wanted)) return test.name;
    if (test.name.find(wanted) != std::string::npos) match = test.name;
    known += (known.empty() ? "" : ", ") + test.name.substr(test.name.find('.') + 1);
  }
  if (match.empty()) throw Error(exercise.name + " has no visible test " + wanted + "; there are " + known);
  return match;
}

std::string debugger() {
  for (const char* name : {"gdb", "lldb"})
    if (std::system((std::string("command -v ") + name + " >/dev/null 2>&1").c_str()) == 0) return name;
  return "";
}

std::string quoted(const std::string& word) {
  if (word.find_first_of(" '\"$\\&;()<>|*?[]#~`!{}") == std::string::npos) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// The debugger's command: it stops at every function of the student's file, lambdas excepted. Without a terminal it
/// tells the way and the arguments where it stopped; a program that crashes is not stopped before.
/// @param file  below the root: other files may have the same name
std::vector<std::string> command_of(const std::string& which, const std::string& worker, const std::string& input,
                                    const std::string& file, bool crashes, bool interactive) {
  const bool stops = interactive || !crashes;
  if (which == "lldb") {
    std::vector<std::string> words{"lldb"};
    if (!interactive) words.push_back("--batch");
    if (stops)
      words.insert(words.end(), {"-o", "breakpoint set --func-regex . --file " + fs::path(file).filename().string()});
    words.insert(words.end(), {"-o", "run"});
    if (!interactive) words.insert(words.end(), {crashes ? "-k" : "-o", "bt"});
    if (!interactive && !crashes) words.insert(words.end(), {"-o", "frame variable --no-locals"});
    words.insert(words.end(), {"--", worker, input});
    return words;
  }
  std::vector<std::string> words{"gdb", "-q", "-nx", "-ex", "set debuginfod enabled off", "-ex", "set confirm off"};
  if (!interactive) words.insert(words.end(), {"-batch", "-ex", "set print max-depth 1"});
  // rbreak prints every function that it finds, which nobody wants to read: pipe takes it away.
  if (stops)
    words.insert(words.end(), {"-ex", "pipe -d @@ rbreak " + file + R"(:^\([^<{]\|[^:]<\)*$ @@ cat >/dev/null)"});
  words.insert(words.end(), {"-ex", "run"});
  if (!interactive) words.insert(words.end(), {"-ex", "bt"});
  if (!interactive && !crashes) words.insert(words.end(), {"-ex", "info args"});
  words.insert(words.end(), {"--args", worker, input});
  return words;
}

int run(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::cout.flush();
  const pid_t child = ::fork();
  if (child < 0) throw Error("[debug] no new process can be started");
  if (child == 0) {
    ::setenv("TINYTORCH_ISA", "generic", 1);  // as the judge runs it
    ::setenv("OMP_NUM_THREADS", "1", 1);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  std::signal(SIGINT, SIG_IGN);  // Ctrl-C is for the debugger
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? 0 : 2;
}

int debug(const Common& common, const std::string& name, const std::string& wanted, bool print_only) {
  Terminal terminal(common.json, common.quiet);
  Course course(terminal);
  const Exercise& exercise = course.catalog.exercise(name);
  build_harness_of({&exercise}, terminal);
  course::Harness harness = course::read_harness(course.root, build_folder());
  for (std::string& flag : harness.compile_flags)
    if (flag.starts_with("-g")) flag = "-g";
  harness.prefix.clear();        // it was precompiled with less debug information
  harness.identity += "-debug";  // another worker than the one that is checked
  const fs::path source = course.file(exercise);
  const course::Worker worker = course::build_worker(harness, exercise, source, build_folder() / "course" / "debug");
  if (worker.status != Status::passed) {
    for (const std::string& line : feedback_of(course, exercise, {worker.status, {}, worker.output}))
      terminal.result(line);
    terminal.json(json_text({{"exercise", exercise.name}, {"status", course::word_of(worker.status)}}));
    return 1;
  }
  course::Judging judging;
  if (!wanted.empty()) judging.tests = {test_name(exercise, wanted)};
  const fs::path inputs = fs::path(".tinytorch") / "debug" / exercise.name;
  judging.save_inputs = course.root / inputs;
  fs::remove_all(judging.save_inputs);
  judging.stop_when_timed_out = true;
  const std::vector<TestResult> results = course::judge(harness, exercise, worker, judging);
  const auto failing =
      std::find_if(results.begin(), results.end(), [](const TestResult& r) { return r.status != Status::passed; });
  if (failing == results.end()) {
    terminal.result(wanted.empty() ? "Every visible test of " + exercise.name + " passes: there is no failing input."
                                   : results.front().name + " passes: there is no failing input.");
    terminal.json(json_text({{"exercise", exercise.name}, {"status", "passed"}}));
    return 0;
  }
  const fs::path input = inputs / (failing->name + ".safetensors");
  if (!fs::exists(course.root / input))
    throw Error(failing->name + ": " + course::word_of(failing->status) + "; its input was not saved");
  const std::string file = course::exercise_file(exercise).string(), found = debugger();
  const bool interactive = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
  const std::vector<std::string> words =
      command_of(found.empty() ? "gdb" : found, worker.program.string(), (course.root / input).string(), file,
                 failing->status == Status::crashed, interactive);
  std::string line = "TINYTORCH_ISA=generic";
  for (const std::string& word : words) line += " " + quoted(word);
  terminal.result(failing->name + ": " + course::word_of(failing->status) +
                  (failing->message.empty() ? "" : ", " + failing->message));
  terminal.result("Its input, which Python's safetensors reads too: " + input.string() + "\n");
  terminal.result(line + "\n");
  terminal.json(json_text({{"exercise", exercise.name},
                           {"test", failing->name},
                           {"status", course::word_of(failing->status)},
                           {"input", input.string()},
                           {"worker", worker.program.string()},
                           {"command", words},
                           {"debugger", found}}));
  if (print_only || common.json) return 0;
  if (found.empty()) {
    terminal.result("There is no debugger here. Install gdb (`" + program_name() +
                    " setup gdb` on Debian and Ubuntu) or lldb.");
    return 2;
  }
  if (interactive)
    terminal.result(
        "It stops where a function of " + file +
        " begins: n steps over a line, s into a call, p NAME prints,\n"
        "p/d *NAME@8 eight numbers from a pointer on, bt tells the way, c goes on to the next, q leaves.\n");
  return run(words);
}

}  // namespace

void add_debug(CLI::App& app, Common& common) {
  struct Options {
    std::string exercise, test;
    bool print = false;
  };
  CLI::App* command = app.add_subcommand("debug", "Run a failing test's input under gdb or lldb");
  auto options = std::make_shared<Options>();
  command->add_option("exercise", options->exercise, "An exercise")->required();
  command->add_option("test", options->test, "A visible test [the first that fails]");
  command->add_flag("--print", options->print, "Print the command, and do not run it");
  add_common(
      *command, common,
      "  tt debug relu\n  tt debug relu NegativesBecomeZero --print\n\n"
      "Your file is compiled with full debug information, the failing input is saved in .tinytorch/debug/, and the "
      "debugger\n"
      "stops where a function of your file begins:\n"
      "  n, s, finish     over a line, into a call, out of it\n"
      "  p x              a value; p x.shape() calls\n"
      "  p/d *a@8         8 numbers from the pointer a on: int8 codes too, which p a shows as text\n"
      "  bt, c, run, q    the way here, on to the next stop, once more, leave\n"
      "Without a terminal it tells where it stopped first, or crashed, and with which arguments.\n");
  command->callback([&common, options] {
    common.action = [&common, options] { return debug(common, options->exercise, options->test, options->print); };
  });
}

}  // namespace tinytorch::cli
