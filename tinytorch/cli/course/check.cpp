#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tinytorch/cli/course/command.h"

namespace tinytorch::cli {

void add_check(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("check", "Compile an exercise and run its tests");
  auto name = std::make_shared<std::string>();
  command->add_option("exercise", *name, "An exercise")->required();
  add_common(*command, common, "  tt check relu\n");
  command->callback([&common, name] {
    common.action = [name] {
      const course::Catalog catalog = course::read_catalog(project_root());
      const course::Exercise& exercise = catalog.exercise(*name);
      const course::Harness harness = course::read_harness(project_root(), build_folder());
      const std::filesystem::path source = project_root() / "exercises" / (exercise.path() + ".cpp");
      bool passed = true;
      for (const course::TestResult& result :
           course::check(harness, exercise, source, build_folder() / "course" / "cache", {})) {
        std::cout << course::to_json(result).dump(2) << '\n';
        passed = passed && result.status == course::Status::passed;
      }
      return passed ? 0 : 1;
    };
  });
}

}  // namespace tinytorch::cli
