#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tinytorch/course/call_filter.h"

namespace tinytorch::course {

struct Command;

/// What keeps untrusted code in: everything that needs memory is made before fork, put on by enter() between fork and exec.
///
/// On Linux: no new privileges; a seccomp filter (no new processes, sockets, tracing, signals to others, mounts, keys, …);
/// Landlock (files as Command says; nothing of /proc, of other submissions, of the project); for root an unprivileged user.
/// Elsewhere nothing is enforced. What this system has, sandbox_features() says.
class Sandbox {
 public:
  /// @throws Error if a rule cannot be made although this system should have it
  explicit Sandbox(const Command& command);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Only calls that are safe after fork. @returns false, with errno, if anything could not be put on: never weaker in silence.
  bool enter() noexcept;
  /// Like execve; the program was opened before, since the unprivileged user may have no way to its folder.
  void execute(char* const* arguments, char* const* environment) noexcept;
  /// enter() becomes a user that nothing else runs as.
  bool has_own_user() const { return has_own_user_; }

 private:
  void build_ruleset(const Command& command);

  uid_t user_;
  bool changes_user_ = false, has_own_user_ = false;
  int program_ = -1, ruleset_ = -1;
  CallFilter filter_;
};

/// What of it this system enforces, in words: "system calls filtered (seccomp)", "files confined (Landlock, version 7)", …
std::vector<std::string> sandbox_features();

/// May this system confine which files are read? Without it a compiler's output has to be looked through.
bool confines_files();

/// Parts to leave out, as if the system had none of it: for tests of what happens then.
struct SandboxPolicy {
  bool filter_calls = true, confine_files = true, change_user = true;
};
SandboxPolicy& sandbox_policy();

}  // namespace tinytorch::course
