#include "tinytorch/cli/course/author.h"

#include <CLI/CLI.hpp>

namespace tinytorch::cli {

void add_author(CLI::App& app, Common& common) {
  CLI::App* author =
      app.add_subcommand("author", "Write modules: exercises from solutions, and the proof that all fits");
  author->require_subcommand(1);
  author->footer("docs/authoring.md tells what a module consists of.");
  add_author_generate(*author, common);
  add_author_check(*author, common);
  add_author_mutants(*author, common);
  add_author_new(*author, common);
}

}  // namespace tinytorch::cli
