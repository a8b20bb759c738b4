#include <CLI/CLI.hpp>

#include "tinytorch/cli/course/command.h"

namespace tinytorch::cli {

void add_instructor(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("instructor", "Release the course, grade a class");
  command->require_subcommand(1);
  add_instructor_release(*command, common);
  add_instructor_grade(*command, common);
  add_instructor_gradescope(*command, common);
  add_instructor_prepare(*command, common);
}

}  // namespace tinytorch::cli
