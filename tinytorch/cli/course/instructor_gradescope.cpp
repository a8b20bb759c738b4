#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/grading.h"
#include "tinytorch/course/grade/gradescope.h"
#include "tinytorch/course/sandbox.h"

namespace tinytorch::cli {

void add_instructor_gradescope(CLI::App& instructor, Common& common) {
  struct Options {
    std::string out = "autograder.zip", modules, key;
  };
  CLI::App* command = instructor.add_subcommand("gradescope", "Make the autograder archive for Gradescope");
  auto options = std::make_shared<Options>();
  command->add_option("--out", options->out, "Archive to write")->capture_default_str();
  command->add_option("--modules", options->modules, "Modules of the assignment: 3, 1-5 or 1,4-6 [all]");
  command->add_option("--key", options->key, "The course's key, which decides the numbers of the hidden tests")
      ->required()
      ->envname("TINYTORCH_COURSE_KEY");
  add_common(*command, common,
             "  tt instructor gradescope --modules 1-3 --key \"autumn term\" --out autograder.zip\n"
             "Upload it under \"Configure Autograder\"; base image: Ubuntu 22.04 or newer. Students hand in the files of\n"
             "exercises/, with their folders or without.\n");
  command->callback([&common, options] {
    common.action = [&common, options] {
      course::select_modules(course::read_catalog(project_root()), options->modules);  // says what is wrong with it
      course::write_gradescope(project_root(), options->out, options->modules, options->key);
      if (!common.quiet) std::cout << "wrote " << options->out << '\n';
      return 0;
    };
  });
}

void add_instructor_prepare(CLI::App& instructor, Common& common) {
  CLI::App* command = instructor.add_subcommand("prepare", "Build all that grading needs, so that the first grade is as quick as others");
  auto which = std::make_shared<std::string>();
  command->add_option("--modules", *which, "Modules to prepare for: 3, 1-5 or 1,4-6 [all]");
  add_common(*command, common, "  tt instructor prepare --modules 1-3\n");
  command->callback([&common, which] {
    common.action = [&common, which] {
      const std::vector<course::Module> modules = course::select_modules(course::read_catalog(project_root()), *which);
      build_harness(modules, common);
      if (!common.quiet) {
        std::cout << "Modules that can be graded: " << modules.size() << ". What this system keeps students' code in with:\n";
        for (const std::string& feature : course::sandbox_features()) std::cout << "  " << feature << '\n';
      }
      return 0;
    };
  });
}

}  // namespace tinytorch::cli
