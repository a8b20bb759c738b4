#pragma once
#include <string>
#include <vector>

#include "tinytorch/cli/command.h"

namespace tinytorch::cli {

using AddCommand = void (*)(CLI::App& app, Common& common);

/// A program that consists of commands.
struct Application {
  std::string description, footer;
  std::vector<AddCommand> commands;
};

/// What main() does: parses the command line, runs the command, and turns exceptions into messages and exit codes
/// (2: an error that was foreseen, 3: one that was not).
int run_application(const Application& application, int argc, char** argv);

}  // namespace tinytorch::cli
