#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <thread>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/cli/course/grading.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/grade/formats.h"

namespace tinytorch::cli {

void add_grading(CLI::App& command, Grading& grading) {
  command.add_option("--modules", grading.modules, "Modules to grade: 3, 1-5 or 1,4-6 [all]");
  command.add_option("--key", grading.key,
                     "The course's key: with the submission's name it decides the numbers of the hidden tests")
      ->capture_default_str()
      ->envname("TINYTORCH_COURSE_KEY");
  command.add_flag("--no-sandbox", grading.no_sandbox, "Run code that you trust without a sandbox");
}

void build_harness(const std::vector<course::Module>& modules, const Common& common) {
  std::vector<const course::Exercise*> exercises;
  for (const course::Module& module : modules)
    for (const course::Exercise& exercise : module.exercises) exercises.push_back(&exercise);
  Terminal terminal(common.json, common.quiet);
  build_harness_of(exercises, terminal);
}

void add_grade(CLI::App& app, Common& common) {
  struct Options : Grading {
    std::string submission, name, format = "markdown", out;
  };
  CLI::App* command = app.add_subcommand("grade", "Grade a submission: every test, visible and hidden, and points");
  auto options = std::make_shared<Options>();
  command->add_option("--submission", options->submission, "Folder with the exercises' files [this project's exercises/]");
  command->add_option("--name", options->name, "The submission's name [its folder's]");
  add_grading(*command, *options);
  command->add_option("--format", options->format, "How to write it down")
      ->capture_default_str()
      ->check(CLI::IsMember(course::grade_formats()));
  command->add_option("--out", options->out, "File to write [standard output]");
  add_common(*command, common,
             "  tt grade                                        # my own exercises/\n"
             "  tt grade --submission handed-in/ --modules 1-3 --format json --out grade.json\n"
             "Exit codes: 0 graded, 2 wrong use, 4 some tests could not be graded (never a zero: run it again).\n");
  command->callback([&common, options] {
    common.action = [&common, options] {
      const std::filesystem::path root = project_root();
      const course::Catalog catalog = course::read_catalog(root);
      const std::vector<course::Module> modules = course::select_modules(catalog, options->modules);
      const std::filesystem::path submission = options->submission.empty() ? root / "exercises" : std::filesystem::path(options->submission);
      if (!std::filesystem::is_directory(submission)) throw Error(submission.string() + " is not a folder");
      const std::string name = options->name.empty() ? std::filesystem::canonical(submission).filename().string() : options->name;
      build_harness(modules, common);
      course::GradeOptions grading;
      grading.root = root;
      grading.key = options->key;
      grading.sandboxed = !options->no_sandbox;
      grading.jobs = common.threads > 0 ? common.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
      grading.cache = build_folder() / "course" / "cache";
      if (!common.quiet && ::isatty(STDERR_FILENO) != 0)
        grading.progress = [](int done, int of) { std::cerr << "\rgraded " << done << " of " << of << " exercises" << (done == of ? "\n" : "") << std::flush; };
      const course::Grade grade = course::grade(course::read_harness(root, build_folder()), modules, submission, name, grading);
      const std::string text = course::write_grade(grade, common.json ? "json" : options->format);
      if (options->out.empty()) {
        std::cout << text;
      } else {
        write_file(options->out, text);
        if (!common.quiet) std::cout << name << ": " << grade.points() << " of " << grade.possible() << " points; written to " << options->out << '\n';
      }
      if (grade.ungraded() > 0) std::cerr << grade.ungraded() << " tests could not be graded; this grade is not final\n";
      return grade.ungraded() > 0 ? kUngraded : 0;
    };
  });
}

}  // namespace tinytorch::cli
