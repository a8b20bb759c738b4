#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <map>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/cli/interrupt.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"

namespace tinytorch::cli {
namespace {

using course::Exercise;

/// What tells that a file was saved. Asked for again and again, which also works where the system cannot notify: on
/// network mounts and in containers.
struct Mark {
  std::int64_t seconds = 0, nanoseconds = 0, size = -1;
  std::uint64_t inode = 0;
  bool operator==(const Mark&) const = default;
};

Mark mark_of(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return {};
  return {found.st_mtim.tv_sec, found.st_mtim.tv_nsec, found.st_size, found.st_ino};
}

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char text[16];
  std::strftime(text, sizeof text, "%H:%M:%S", &local);
  return text;
}

class Watch {
 public:
  Watch(const Common& common, double interval)
      : terminal_(common.json, common.quiet), json_(common.json), course_(terminal_), interval_(interval) {
    for (const course::Module& module : course_.catalog.modules)
      for (const Exercise& exercise : module.exercises)
        files_[&exercise] = {mark_of(course_.file(exercise)), text_of(exercise)};
  }

  int run() {
    const Interrupt interrupt;
    terminal_.remark("Watching " + std::to_string(files_.size()) +
                     " files in exercises/: whatever you save is checked. Ctrl-C ends it.");
    while (!interrupt.requested()) {
      pause(interrupt);
      for (auto& [exercise, file] : files_) {
        if (interrupt.requested()) break;
        if (saved(*exercise, file)) check(*exercise);
      }
    }
    terminal_.remark("\nEnded. `" + program_name() + " status` tells where you are.");
    return 0;
  }

 private:
  struct File {
    Mark mark;
    std::string text;
  };

  void pause(const Interrupt& interrupt) const {
    for (double left = interval_; left > 0 && !interrupt.requested(); left -= 0.05) ::usleep(50'000);
  }

  std::string text_of(const Exercise& exercise) const {
    try {
      return course::read_text(course_.file(exercise));
    } catch (const Error&) {
      return "";
    }
  }

  /// Whether the file has other contents than when it was looked at last. While an editor writes, its marks change:
  /// then it is looked at again.
  bool saved(const Exercise& exercise, File& file) const {
    Mark now = mark_of(course_.file(exercise));
    if (now == file.mark || now.size < 0) return false;
    for (Mark before; before != now && now.size >= 0; now = mark_of(course_.file(exercise))) {
      before = now;
      ::usleep(20'000);
      if (mark_of(course_.file(exercise)) == before) break;
    }
    file.mark = now;
    const std::string text = text_of(exercise);
    if (text.empty() || text == file.text) return false;  // touched, or between removal and rename
    file.text = text;
    return true;
  }

  void check(const Exercise& exercise) {
    terminal_.result("\n" + bold(terminal_, "--- " + time_of_day() + "  " + course::exercise_file(exercise).string()));
    try {
      const course::Checked checked = check_exercise(course_, exercise, terminal_);
      for (const std::string& line : feedback_of(course_, exercise, checked)) terminal_.result(line);
      if (json_)
        terminal_.json(json_of(course_, exercise, checked).dump(-1, ' ', false, Json::error_handler_t::replace));
    } catch (const std::exception& error) {  // the next save may be better
      terminal_.result(std::string("error: ") + error.what());
      if (json_)
        terminal_.json(Json{{"exercise", exercise.name}, {"error", error.what()}}.dump(-1, ' ', false,
                                                                                       Json::error_handler_t::replace));
    }
  }

  Terminal terminal_;
  bool json_;
  Course course_;
  double interval_;
  std::map<const Exercise*, File> files_;
};

}  // namespace

void add_watch(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("watch", "Check each exercise whenever its file is saved");
  auto interval = std::make_shared<double>(0.3);
  command->add_option("--interval", *interval, "Seconds between two looks at the files")
      ->check(CLI::Range(0.05, 60.0))
      ->capture_default_str();
  add_common(
      *command, common,
      "  tt watch            # in a second terminal, beside the editor\n\n"
      "Only the file that was saved is checked; which exercise comes next is up to you. With --json each check is one\n"
      "object on a line of its own.\n");
  command->callback(
      [&common, interval] { common.action = [&common, interval] { return Watch(common, *interval).run(); }; });
}

}  // namespace tinytorch::cli
