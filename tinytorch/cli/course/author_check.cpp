#include "tinytorch/course/author/author_check.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/author.h"
#include "tinytorch/cli/course/ninja.h"
#include "tinytorch/cli/terminal.h"

namespace tinytorch::cli {

void build_for_authors(const std::vector<std::string>& programs, Terminal& terminal) {
  std::vector<std::string> targets{"course_harness"};
  targets.insert(targets.end(), programs.begin(), programs.end());
  const Built built = build_targets(targets, "Building what judges", terminal);
  constexpr std::size_t kShown = 4000;
  const std::string& output = built.output;
  if (!built.good)
    throw Error("the build failed: " + output.substr(output.size() > kShown ? output.size() - kShown : 0));
}

int author_jobs(const Common& common) {
  return common.threads > 0 ? common.threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

namespace {

int check(const Common& common, course::AuthorOptions options, bool build) {
  Terminal terminal(common.json, common.quiet);
  if (build) build_for_authors({"tt"}, terminal);  // which lessons' commands run
  options.jobs = author_jobs(common);
  options.tt = build_folder() / "bin" / "tt";
  options.course = build_folder() / "bin" / "tt-course";
  options.progress = [&terminal](int done, int of, const std::string& what) {
    if (terminal.live() && terminal.due())
      terminal.progress(static_cast<double>(done) / of, std::to_string(done) + "/" + std::to_string(of) + " " + what);
  };
  const course::AuthorReport report = course::author_check(project_root(), build_folder(), options);
  terminal.clear_progress();
  nlohmann::json findings = nlohmann::json::array();
  for (const course::Finding& finding : report.findings) {
    findings.push_back({{"where", finding.where}, {"what", finding.what}});
    terminal.result(finding.where + ": " + finding.what);
  }
  for (const std::string& remark : report.remarks) terminal.remark("remark: " + remark);
  terminal.json(nlohmann::json{{"findings", findings},
                               {"remarks", report.remarks},
                               {"modules", report.modules},
                               {"exercises", report.exercises},
                               {"tests", report.tests},
                               {"stubs", report.stubs},
                               {"solutions", report.solutions},
                               {"clean", report.clean},
                               {"mutants", report.mutants},
                               {"commands", report.commands},
                               {"made", report.made},
                               {"kept", report.kept},
                               {"seconds", report.seconds}}
                    .dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  terminal.result(std::to_string(report.modules) + " modules, " + std::to_string(report.exercises) + " exercises, " +
                  std::to_string(report.tests) + " tests: " + std::to_string(report.solutions) +
                  " solutions score 100 %, " + std::to_string(report.clean) + " of them with sanitizers too, " +
                  std::to_string(report.stubs) + " untouched files 0; " + std::to_string(report.mutants) +
                  " mutants died; " + std::to_string(report.commands) + " commands ran");
  terminal.result(std::to_string(report.findings.size()) + " findings in " + fixed(report.seconds, 1) + " s (" +
                  std::to_string(report.made) + " built, " + std::to_string(report.kept) + " kept from earlier runs)");
  return report.findings.empty() ? 0 : 1;
}

}  // namespace

void add_author_check(CLI::App& author, Common& common) {
  CLI::App* command = author.add_subcommand("check", "Prove modules: twins, stubs, solutions, mutants, lessons");
  auto options = std::make_shared<course::AuthorOptions>();
  auto no_build = std::make_shared<bool>(false);
  command->add_option("modules", options->modules, "Numbers or names of modules [all]");
  command->add_flag("--no-build", *no_build, "Take the harness as it is");
  add_common(*command, common,
             "  tt author check\n  tt author check 03 10\n"
             "Exit codes: 0 nothing found, 1 findings, 2 wrong use or a failed build.\n");
  command->callback([&common, options, no_build] {
    common.action = [&common, options, no_build] { return check(common, *options, !*no_build); };
  });
}

}  // namespace tinytorch::cli
