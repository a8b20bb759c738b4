#include "tinytorch/cli/course/mine.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/ninja.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/student/diagnostics.h"
#include "tinytorch/course/student/files.h"
#include "tinytorch/course/student/paragraph.h"

namespace tinytorch::cli {

std::string build_mine(const std::string& target, Terminal& terminal) {
  const Built built = build_targets({target}, "Building your framework", terminal);
  if (built.good) return build_folder() / "bin" / target;
  const std::filesystem::path file = course::file_of_first_error(built.output, "/exercises/");
  std::string words;
  if (!file.empty()) {
    const std::string shown =
        (std::filesystem::path("exercises") / file.parent_path().filename() / file.filename()).string();
    for (const std::string& line : course::first_error(built.output, file, shown, "").lines)
      words += (words.empty() ? "" : "\n  ") + line;
    throw Error("your framework does not compile: " + words + "\n  next: " + program_name() + " check " +
                file.stem().string());
  }
  for (const std::string& line : course::first_error(built.output, "", "one of your files", "").lines)
    words += "\n  " + line;
  throw Error("your framework cannot be built:" + words);
}

namespace {

int mine(const std::vector<std::string>& words) {
  Terminal terminal(false, false);
  const std::string program = build_mine("tt-mine", terminal);
  // The rows of the kernel tables that are exercises are the generic ones.
  ::setenv("TINYTORCH_ISA", "generic", 0);
  std::vector<char*> arguments{const_cast<char*>(program.c_str())};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  throw Error(program + ": " + std::strerror(errno));
}

}  // namespace

void add_mine(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("mine", "A command of the framework on your own code: what --mine does");
  command->group("");  // people type `tt train --mine`
  command->set_help_flag();
  command->prefix_command();
  command->callback([&common, command] { common.action = [words = command->remaining()] { return mine(words); }; });
}

}  // namespace tinytorch::cli
