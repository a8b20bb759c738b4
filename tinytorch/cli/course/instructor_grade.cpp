#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/grading.h"
#include "tinytorch/course/grade/class.h"

namespace tinytorch::cli {

void add_instructor_grade(CLI::App& instructor, Common& common) {
  struct Options : Grading {
    std::string submissions, out = "grades";
    int jobs = 0;
  };
  CLI::App* command = instructor.add_subcommand("grade", "Grade a class: every folder of a folder is a submission");
  auto options = std::make_shared<Options>();
  command->add_option("submissions", options->submissions, "Folder that holds one folder a submission")->required();
  command->add_option("--out", options->out, "Folder for grades, table and report")->capture_default_str();
  command->add_option("--jobs", options->jobs, "Submissions at a time [all cores]")->check(CLI::Range(1, 256));
  add_grading(*command, *options);
  add_common(*command, common,
             "  tt instructor grade submissions/ --out grades/ --modules 1-5\n"
             "Writes grades/NAME/grade.json and grade.md, grades/grades.csv and grades/report.md. Run it again after an\n"
             "interruption, or when some have changed: what is graded and unchanged is kept.\n"
             "Exit codes: 0 all graded, 2 wrong use, 4 some tests could not be graded.\n");
  command->callback([&common, options] {
    common.action = [&common, options] {
      const std::filesystem::path root = project_root();
      const std::vector<course::Module> modules = course::select_modules(course::read_catalog(root), options->modules);
      if (!std::filesystem::is_directory(options->submissions)) throw Error(options->submissions + " is not a folder");
      build_harness(modules, common);
      course::ClassOptions grading;
      grading.grading.root = root;
      grading.grading.key = options->key;
      grading.grading.sandboxed = !options->no_sandbox;
      grading.grading.cache = build_folder() / "course" / "cache";
      grading.jobs = options->jobs > 0 ? options->jobs : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
      grading.out = options->out;
      const bool quiet = common.quiet || common.json;
      grading.progress = [quiet](const course::ClassEntry& entry, int done, int of) {
        if (quiet) return;
        std::cout << "[" << done << "/" << of << "] " << entry.name << ": ";
        if (!entry.failed.empty()) std::cout << "could not be graded: " << entry.failed;
        else std::cout << entry.grade.points() << " of " << entry.grade.possible() << (entry.kept ? " (unchanged)" : "");
        if (entry.grade.ungraded() > 0) std::cout << ", " << entry.grade.ungraded() << " tests ungraded";
        std::cout << '\n' << std::flush;
      };
      const auto begin = std::chrono::steady_clock::now();
      const std::vector<course::ClassEntry> entries =
          course::grade_class(course::read_harness(root, build_folder()), modules, options->submissions, grading);
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      int unfinished = 0;
      for (const course::ClassEntry& entry : entries) unfinished += !entry.failed.empty() || entry.grade.ungraded() > 0;
      if (common.json) {
        std::cout << nlohmann::json{{"submissions", entries.size()}, {"unfinished", unfinished}, {"seconds", seconds}, {"out", options->out}}.dump(2) << '\n';
      } else {
        std::printf("%zu submissions in %.1f s; %s/grades.csv, %s/report.md\n", entries.size(), seconds, options->out.c_str(), options->out.c_str());
      }
      return unfinished > 0 ? kUngraded : 0;
    };
  });
}

}  // namespace tinytorch::cli
