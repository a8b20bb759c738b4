#include "tinytorch/course/sandbox.h"

#include <unistd.h>

#include "tinytorch/base/error.h"
#include "tinytorch/course/process.h"

namespace tinytorch::course {

SandboxPolicy& sandbox_policy() {
  static SandboxPolicy policy;
  return policy;
}

}  // namespace tinytorch::course

#if defined(__linux__)

#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>

// The calls and numbers below are the kernel's; headers of older systems lack the newer ones.
#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_add_rule 445
#define __NR_landlock_restrict_self 446
#endif

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

// Landlock, as linux/landlock.h of Linux 6.12 says; older headers lack parts of it.
constexpr std::uint64_t kExecute = 1, kWriteFile = 1 << 1, kReadFile = 1 << 2, kReadFolder = 1 << 3, kRemoveFolder = 1 << 4,
                        kRemoveFile = 1 << 5, kMakeFolder = 1 << 7, kMakeFile = 1 << 8, kFirstVersion = (1 << 13) - 1,
                        kRefer = 1 << 13, kTruncate = 1 << 14, kDevice = 1 << 15, kNetwork = 3, kScopes = 3;
struct Ruleset {
  std::uint64_t files = 0, network = 0, scopes = 0;
};
struct __attribute__((packed)) Beneath {
  std::uint64_t allowed;
  std::int32_t folder;
};

int landlock_version() {
  return static_cast<int>(::syscall(__NR_landlock_create_ruleset, nullptr, 0, 1));  // negative: there is none
}

void close_of(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

/// Out of the way of 0 to 3, which the child puts its pipes on.
int moved_up(int descriptor) {
  if (descriptor < 0) return -1;
  const int high = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
  ::close(descriptor);
  return high;
}

bool become(uid_t user) noexcept {
  return ::syscall(SYS_setgroups, 0, nullptr) == 0 && ::syscall(SYS_setresgid, user, user, user) == 0 &&
         ::syscall(SYS_setresuid, user, user, user) == 0;
}

bool succeeded(pid_t child) {
  int status = 1;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && status == 0;
}

bool can_become(uid_t user) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(become(user) ? 0 : 1);
  return succeeded(child);
}

/// Does the kernel take filters, and does the container that we may be in let us put them on?
bool takes_filters() {
  static const bool takes = [] {
    CallFilter all{{{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}}, {}};
    const pid_t child = ::fork();
    if (child == 0) ::_exit(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && put_on(all) ? 0 : 1);
    return succeeded(child);
  }();
  return takes && knows_calls() && sandbox_policy().filter_calls;
}

constexpr uid_t kUsers = 1'000'000'000, kNobody = 65534;  // nobody has numbers like the first; containers may lack them

/// Where users of one run each begin; kNobody: only that one; 0: we are nobody special, or may not change.
uid_t first_user() {
  static const uid_t first = ::geteuid() != 0 ? 0 : can_become(kUsers) ? kUsers : can_become(kNobody) ? kNobody : 0;
  return sandbox_policy().change_user ? first : 0;
}

/// May everybody read it, and pass every folder on the way?
bool open_to_all(const fs::path& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return true;  // nothing there to read
  struct stat status {};
  for (fs::path folder = real.parent_path(); folder != folder.root_path(); folder = folder.parent_path())
    if (::stat(folder.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) return false;
  return ::stat(real.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0 &&
         (!S_ISDIR(status.st_mode) || (status.st_mode & S_IXOTH) != 0);
}

constexpr const char* kLibraries[] = {"/lib", "/lib32", "/lib64", "/libx32", "/usr/lib", "/usr/lib32", "/usr/lib64",
                                      "/usr/libx32", "/usr/local/lib", "/usr/local/lib64", "/nix/store", "/gnu/store"};
constexpr const char* kToolchain[] = {"/bin", "/usr/bin", "/usr/include", "/usr/libexec", "/usr/local/bin",
                                      "/usr/local/include", "/usr/x86_64-linux-gnu", "/usr/aarch64-linux-gnu"};

}  // namespace

Sandbox::Sandbox(const Command& command) : user_(::geteuid()) {
  ::prctl(PR_SET_DUMPABLE, 0);  // nobody of the same user may look into this process from now on
  static std::atomic<unsigned> runs{0};
  uid_t user = first_user();
  if (user != 0 && command.toolchain) {  // it runs no untrusted code, so rather as root than not at all
    if (!open_to_all(command.arguments.at(0))) user = 0;
    for (const fs::path& path : command.readable)
      if (!open_to_all(path)) user = 0;
  }
  if (user != 0) {
    changes_user_ = true;
    has_own_user_ = user != kNobody;
    // A user for each run, so that no two of them have anything to do with each other.
    user_ = user == kNobody ? kNobody : kUsers + static_cast<uid_t>(::getpid() & 0x3fffff) * 64 + runs++ % 64;
    if (command.toolchain && ::chown(command.directory.c_str(), user_, static_cast<gid_t>(-1)) != 0)
      throw Error(command.directory.string() + ": cannot be given to user " + std::to_string(user_) + ": " + std::strerror(errno));
    if (!command.toolchain) program_ = moved_up(::open(command.arguments.at(0).c_str(), O_PATH | O_CLOEXEC));
  }
  if (takes_filters()) filter_ = call_filter(command.toolchain);
  if (confines_files()) build_ruleset(command);
}

Sandbox::~Sandbox() {
  close_of(program_);
  close_of(ruleset_);
}

void Sandbox::build_ruleset(const Command& command) {
  const int version = landlock_version();
  Ruleset rules;
  rules.files = kFirstVersion | (version >= 2 ? kRefer : 0) | (version >= 3 ? kTruncate : 0) | (version >= 5 ? kDevice : 0);
  if (version >= 4) rules.network = kNetwork;
  if (version >= 6) rules.scopes = kScopes;
  ruleset_ = moved_up(static_cast<int>(::syscall(__NR_landlock_create_ruleset, &rules, sizeof rules, 0)));
  if (ruleset_ < 0) throw Error(std::string("landlock_create_ruleset: ") + std::strerror(errno));
  const auto allow = [&](const fs::path& path, std::uint64_t what) {
    const int descriptor = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (descriptor < 0) return;  // what is not there cannot be read
    struct stat status {};
    ::fstat(descriptor, &status);
    if (!S_ISDIR(status.st_mode)) what &= kExecute | kWriteFile | kReadFile | kTruncate;
    const Beneath rule{what & rules.files, descriptor};
    const bool good = ::syscall(__NR_landlock_add_rule, ruleset_, 1, &rule, 0) == 0;
    const int error = errno;
    ::close(descriptor);
    if (!good) throw Error("landlock_add_rule " + path.string() + ": " + std::strerror(error));
  };
  const std::uint64_t look = kReadFile | kReadFolder;
  allow(command.arguments.at(0), kReadFile | kExecute);
  for (const char* folder : kLibraries) allow(folder, look | kExecute);
  allow("/etc/ld.so.cache", kReadFile);
  allow("/dev/null", kReadFile | kWriteFile);
  allow("/dev/urandom", kReadFile);
  for (const fs::path& path : command.readable) allow(path, look);
  if (!command.toolchain) return;
  for (const char* folder : kToolchain) allow(folder, look | kExecute);
  // A compiler of its own folder: its bin, lib and libexec.
  const fs::path home = fs::weakly_canonical(command.arguments.at(0)).parent_path().parent_path();
  if (home != "/usr" && home != "/")
    for (const char* part : {"bin", "lib", "lib64", "libexec", "include"}) allow(home / part, look | kExecute);
  allow(command.directory, look | kWriteFile | kRemoveFile | kRemoveFolder | kMakeFile | kMakeFolder | kTruncate | kRefer);
}

bool Sandbox::enter() noexcept {
  if (changes_user_ && !become(user_)) return false;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // after the change of user, which would undo it
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (ruleset_ >= 0 && ::syscall(__NR_landlock_restrict_self, ruleset_, 0) != 0) return false;
  return filter_.instructions.empty() || put_on(filter_);
}

void Sandbox::execute(char* const* arguments, char* const* environment) noexcept {
  if (program_ >= 0)
    ::syscall(SYS_execveat, program_, "", arguments, environment, AT_EMPTY_PATH);
  else
    ::execve(arguments[0], arguments, environment);
}

bool confines_files() {
  static const int version = landlock_version();
  return version > 0 && sandbox_policy().confine_files;
}

std::vector<std::string> sandbox_features() {
  std::vector<std::string> features{"limits of time, memory, files and output"};
  if (takes_filters())
    features.push_back("no new processes, network, signals to others or writing of files (seccomp)");
  if (confines_files()) features.push_back("no files but its own (Landlock, version " + std::to_string(landlock_version()) + ")");
  if (::geteuid() != 0)
    features.push_back("the same user as the judge");
  else
    features.push_back(first_user() != 0 ? "an unprivileged user" : "root, since this container has no other user");
  return features;
}

}  // namespace tinytorch::course

#else

namespace tinytorch::course {

Sandbox::Sandbox(const Command&) : user_(::geteuid()) {}
Sandbox::~Sandbox() = default;
void Sandbox::build_ruleset(const Command&) {}
bool Sandbox::enter() noexcept { return true; }
void Sandbox::execute(char* const* arguments, char* const* environment) noexcept {
  ::execve(arguments[0], arguments, environment);
}
bool confines_files() { return false; }
std::vector<std::string> sandbox_features() { return {"limits of time, files and output"}; }

}  // namespace tinytorch::course

#endif
