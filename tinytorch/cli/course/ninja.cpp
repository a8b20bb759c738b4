#include "tinytorch/cli/course/ninja.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/command.h"

extern char** environ;

namespace tinytorch::cli {
namespace {

/// Two ninjas in one folder would spoil each other's notes.
class BuildLock {
 public:
  BuildLock() : descriptor_(::open((build_folder() / "tt.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX);
  }
  ~BuildLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  BuildLock(const BuildLock&) = delete;
  BuildLock& operator=(const BuildLock&) = delete;

 private:
  int descriptor_;
};

/// "[3/40] Building …": shows how far it is. Everything else is kept.
class Reader {
 public:
  Reader(const std::string& title, Terminal& terminal) : title_(title), terminal_(terminal) {}

  void line(const std::string& text) {
    int done = 0, of = 0;
    if (std::sscanf(text.c_str(), "[%d/%d]", &done, &of) != 2 || of <= 0) {
      if (kept_.size() < (std::size_t{1} << 20)) kept_ += text + "\n";
      return;
    }
    if (!terminal_.live() && !begun_)
      terminal_.remark(title_ + " (" + std::to_string(of) + (of == 1 ? " step)" : " steps)"));
    begun_ = true;
    if (terminal_.due() || done == 1) terminal_.progress(static_cast<double>(done) / of, title_);
  }
  const std::string& kept() const { return kept_; }

 private:
  const std::string& title_;
  Terminal& terminal_;
  std::string kept_;
  bool begun_ = false;
};

}  // namespace

Built build_targets(const std::vector<std::string>& targets, const std::string& title, Terminal& terminal) {
  const BuildLock lock;
  const std::string folder = build_folder();
  std::vector<std::string> words{"ninja", "-C", folder};
  words.insert(words.end(), targets.begin(), targets.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("[ninja] pipe: ") + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child = 0;
  ::setenv("NINJA_STATUS", "[%f/%t] ", 1);
  const int failed = ::posix_spawnp(&child, "ninja", &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed != 0) {
    ::close(ends[0]);
    throw Error(std::string("[ninja] cannot be started: ") + std::strerror(failed));
  }
  Reader reader(title, terminal);
  std::string rest;
  char chunk[4096];
  for (ssize_t n; (n = ::read(ends[0], chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR);) {
    if (n > 0) rest.append(chunk, static_cast<std::size_t>(n));
    for (std::size_t end; (end = rest.find('\n')) != std::string::npos; rest.erase(0, end + 1))
      reader.line(rest.substr(0, end));
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  terminal.clear_progress();
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, reader.kept() + rest};
}

}  // namespace tinytorch::cli
