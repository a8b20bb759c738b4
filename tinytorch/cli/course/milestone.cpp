#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/mine.h"
#include "tinytorch/cli/course/student.h"

namespace tinytorch::cli {
namespace {

struct Options {
  std::string name, model, data;
  std::string data_dir;
  bool anyway = false;
};

/// The milestone's module: what the student has by then. @throws Error with those there are
const course::Module& module_of(const Course& course, const std::string& milestone) {
  std::string known;
  for (const course::Module& module : course.catalog.modules) {
    if (module.milestone == milestone) return module;
    if (!module.milestone.empty()) known += (known.empty() ? "" : ", ") + module.milestone;
  }
  throw Error("there is no milestone " + milestone + "; there are " + known);
}

/// The first whose module has exercises that are not as they came, from the last module on; the first of all otherwise.
std::string next_milestone(const Course& course) {
  std::string first, best;
  for (const course::Module& module : course.catalog.modules) {
    if (module.milestone.empty()) continue;
    if (first.empty()) first = module.milestone;
    for (const course::Exercise& exercise : module.exercises)
      if (course.state(exercise) != course::State::not_attempted) best = module.milestone;
  }
  return best.empty() ? first : best;
}

int milestone(const Common& common, Options options) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  if (options.name.empty()) options.name = next_milestone(course);
  const course::Module& last = module_of(course, options.name);
  const course::Exercise* first = nullptr;  // that nobody has begun
  std::string open;
  int count = 0, all = 0, untouched = 0;
  for (const course::Module& module : course.catalog.modules)
    if (module.number <= last.number)
      for (const course::Exercise& exercise : module.exercises) {
        const course::State state = course.state(exercise);
        ++all;
        if (state == course::State::not_attempted) {
          ++untouched;
          if (first == nullptr) first = &exercise;
        }
        if (state != course::State::done) {
          ++count;
          open += (open.empty() ? "" : ", ") + exercise.label() + " (" + course::word_of(state) + ")";
        }
      }
  if (untouched > 0 && !options.anyway)  // said before a build of minutes
    throw Error("milestone " + options.name + " runs on your code of modules 01 to " + module_number(last.name) + ": " +
                std::to_string(untouched) + " of their " + std::to_string(all) +
                (untouched == 1 ? " exercises is" : " exercises are") + " not attempted, the first " + first->label() +
                ", `" + program_name() + " start " + module_number(first->module) + "`. Not each is called by it: `" +
                program_name() + " milestone " + options.name + " --anyway` tries");
  constexpr int kListed = 6;
  if (count > kListed)
    terminal.remark(std::to_string(count) + " exercises up to module " + module_number(last.name) + " are not done; `" +
                    program_name() + " status` lists them.");
  else if (count > 0)
    terminal.remark("Not done: " + open + ". Those that the milestone needs will stop it.");
  const std::string program = build_mine("tt-milestone", terminal);
  std::vector<std::string> words{program, options.name, "--folder",
                                 (course.root / ".tinytorch" / "milestones").string()};
  if (!options.model.empty()) words.insert(words.end(), {"--model", options.model});
  if (!options.data.empty()) words.insert(words.end(), {"--data", options.data});
  if (!options.data_dir.empty()) words.insert(words.end(), {"--data-dir", options.data_dir});
  if (common.json) words.push_back("--json");
  if (common.quiet) words.push_back("--quiet");
  if (common.threads > 0) words.insert(words.end(), {"--threads", std::to_string(common.threads)});
  ::setenv("TINYTORCH_ISA", "generic", 0);  // the rows of the kernel tables that are exercises
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  throw Error(program + ": " + std::strerror(errno));
}

}  // namespace

void add_milestone(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("milestone", "Your own framework put to work: mnist, int8, integer");
  auto options = std::make_shared<Options>();
  command->add_option("name", options->name, "mnist, int8 or integer [where you are]");
  command->add_option("--model", options->model, "int8, integer: another network than that of `milestone mnist`");
  command->add_option("--data", options->data, "mnist or digits [MNIST if it is there, else generated digits]");
  command->add_flag("--anyway", options->anyway, "Try although exercises are not attempted");
  command->add_option("--data-dir", options->data_dir, "A folder with four IDX files");
  add_common(
      *command, common,
      "  tt milestone mnist      # 784-128-10 trained by your code: at least 97 % of MNIST's test images\n"
      "  tt milestone int8       # that network in int8: at most 0.15 points lost, 99.8 % of answers the same\n"
      "  tt milestone integer    # and with integers from the image to the logits\n\n"
      "Everything that is an exercise is your own code, and each takes less than a minute. Where MNIST is not on this\n"
      "machine, generated digits serve: they are harder, so 90 % are asked for, and 99.5 % of answers the same in "
      "int8.\n"
      "Exit codes: 0 reached, 1 not reached, 2 something is missing or does not compile.\n");
  command->callback([&common, options] { common.action = [&common, options] { return milestone(common, *options); }; });
}

}  // namespace tinytorch::cli
