#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tinytorch/cli/course/author.h"
#include "tinytorch/cli/terminal.h"
#include "tinytorch/course/generate.h"

namespace tinytorch::cli {
namespace {

struct Options {
  bool check = false, force = false;
};

int generate(const Common& common, const Options& options) {
  using course::Generated;
  Terminal terminal(common.json, common.quiet);
  int written = 0, edited = 0, stale = 0;
  nlohmann::json list = nlohmann::json::array();
  const auto files = course::generate_exercises(project_root(), build_folder() / "course" / "generated.txt",
                                                options.check, options.force);
  for (const course::GeneratedFile& file : files) {
    const std::string path = "exercises/" + file.exercise + ".cpp";
    const char* words = "";
    if (file.state == Generated::written) ++written, words = "written";
    if (file.state == Generated::stale) ++stale, words = "is not what its solution gives";
    if (file.state == Generated::edited) ++edited, words = "was edited and stays; --force overwrites it";
    if (file.state == Generated::fresh) continue;
    terminal.result(path + ": " + words);
    list.push_back({{"file", path}, {"state", words}});
  }
  terminal.json(nlohmann::json{{"exercises", files.size()}, {"changes", list}}.dump(2));
  terminal.result(
      std::to_string(files.size()) + " exercises: " + std::to_string(written) + " written, " +
      (options.check ? std::to_string(stale) + " stale" : std::to_string(edited) + " edited ones left alone"));
  return stale + edited > 0 ? 1 : 0;
}

}  // namespace

void add_author_generate(CLI::App& author, Common& common) {
  CLI::App* command = author.add_subcommand("generate", "Write exercises/ from solutions/");
  auto options = std::make_shared<Options>();
  command->add_flag("--check", options->check, "Write nothing; exit code 1 if something would be written");
  command->add_flag("--force", options->force, "Overwrite edited exercises too");
  add_common(*command, common, "  tt author generate\n  tt author generate --check\n");
  command->callback([&common, options] { common.action = [&common, options] { return generate(common, *options); }; });
}

}  // namespace tinytorch::cli
