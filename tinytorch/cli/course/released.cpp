#include <CLI/CLI.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/command.h"

/// A tree that was released to students lacks what these commands work on.
namespace tinytorch::cli {
namespace {

void add_missing(CLI::App& app, Common& common, const char* name) {
  CLI::App* command = app.add_subcommand(name, "")->group("")->allow_extras();
  command->callback([&common, name] {
    common.action = [name]() -> int {
      throw Error("`tt " + std::string(name) + "` needs the whole project; this tree was released to students");
    };
  });
}

}  // namespace

void add_author(CLI::App& app, Common& common) { add_missing(app, common, "author"); }
void add_instructor(CLI::App& app, Common& common) { add_missing(app, common, "instructor"); }

}  // namespace tinytorch::cli
