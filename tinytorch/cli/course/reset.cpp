#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;
using course::Exercise;

/// .tinytorch/backups/relu-20260102-030405.cpp, with a number behind it if that is taken.
fs::path backup_name(const fs::path& root, const Exercise& exercise) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
  const fs::path folder = fs::path(".tinytorch") / "backups";
  for (int i = 1;; ++i) {
    const fs::path name = folder / (exercise.name + "-" + stamp + (i == 1 ? "" : "-" + std::to_string(i)) + ".cpp");
    if (!fs::exists(root / name)) return name;
  }
}

int reset(const Common& common, const std::string& name) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  const Exercise& exercise = course.catalog.exercise(name);
  const std::string start = course::start_text(course.root, exercise);
  const fs::path file = course::exercise_file(exercise);
  fs::path backup;
  if (fs::exists(course.root / file)) {
    const std::string mine = course::read_text(course.root / file);
    if (mine == start) {
      terminal.result(file.string() + " is as it came: nothing to do.");
      terminal.json(json_text({{"exercise", exercise.name}, {"changed", false}, {"backup", nullptr}}));
      return 0;
    }
    backup = backup_name(course.root, exercise);
    fs::create_directories((course.root / backup).parent_path());
    write_file(course.root / backup, mine);
  }
  fs::create_directories((course.root / file).parent_path());
  write_file(course.root / file, start);
  terminal.result(file.string() + " is as it came.");
  if (!backup.empty()) {
    terminal.result("What you had is kept. To undo:");
    terminal.result("  cp " + backup.string() + " " + file.string());
  }
  terminal.json(json_text({{"exercise", exercise.name},
                           {"changed", true},
                           {"backup", backup.empty() ? Json(nullptr) : Json(backup.string())}}));
  return 0;
}

}  // namespace

void add_reset(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("reset", "Put an exercise's file back as it came; yours is kept beside");
  auto name = std::make_shared<std::string>();
  command->add_option("exercise", *name, "An exercise")->required();
  add_common(*command, common, "  tt reset relu     # tells the command that brings your file back\n");
  command->callback([&common, name] { common.action = [&common, name] { return reset(common, *name); }; });
}

}  // namespace tinytorch::cli
