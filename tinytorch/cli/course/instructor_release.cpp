#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "tinytorch/cli/course/author.h"
#include "tinytorch/cli/terminal.h"
#include "tinytorch/course/author/release.h"
#include "tinytorch/course/grade/grade.h"

namespace tinytorch::cli {
namespace {

struct Options {
  std::string modules, out;
  bool list = false;
};

int release(const Common& common, const Options& options) {
  Terminal terminal(common.json, common.quiet);
  const std::filesystem::path root = project_root();
  const std::vector<course::Module> modules = course::select_modules(course::read_catalog(root), options.modules);
  const course::Release made =
      course::make_release(root, course::read_harness(root, build_folder()), modules, options.out, author_jobs(common),
                           [&terminal](int done, int of, const std::string& what) {
                             if (terminal.live() && terminal.due())
                               terminal.progress(static_cast<double>(done) / of, what);
                           });
  terminal.clear_progress();
  terminal.json(nlohmann::json{
      {"out", options.out},
      {"modules", modules.size()},
      {"exercises", made.exercises},
      {"files", made.files},
      {"bodies", made.bodies},
      {"lines", made.lines},
      {"known",
       made.known}}.dump(2));
  if (options.list)
    for (const std::string& line : made.known) terminal.result("  " + line);
  terminal.result(options.out + ": " + std::to_string(modules.size()) + " modules, " + std::to_string(made.exercises) +
                  " exercises, " + std::to_string(made.files) + " files; the reference of " +
                  std::to_string(made.bodies) + " bodies for " + course::this_machine());
  terminal.result("None of " + std::to_string(made.lines) + " lines of solutions stands in any of its files; " +
                  std::to_string(made.known.size()) +
                  " others were not looked for, as the library itself has them (--list shows them)");
  return 0;
}

}  // namespace

void add_instructor_release(CLI::App& instructor, Common& common) {
  CLI::App* command =
      instructor.add_subcommand("release", "Make the tree that students get: without solutions, hidden tests, mutants");
  auto options = std::make_shared<Options>();
  command->add_option("--modules", options->modules, "Which, such as 1-5 or 1,3,10 [all]");
  command->add_option("--out", options->out, "A folder that is not there yet")->required();
  command->add_flag("--list", options->list, "Show the lines of solutions that the library itself has");
  add_common(*command, common, "  tt instructor release --modules 1-11 --out ../course\n");
  command->callback([&common, options] { common.action = [&common, options] { return release(common, *options); }; });
}

}  // namespace tinytorch::cli
