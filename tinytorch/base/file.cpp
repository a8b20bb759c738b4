#include "tinytorch/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw Error(path.string() + ": " + what);
}

/// A file descriptor that closes itself.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

/// A file beside `target` that becomes it in one step, or leaves nothing. Where the file system allows it has no name
/// until then, so that not even a killed process leaves it behind.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target) : target_(target) {
    fd_ = ::open(parent().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (fd_ >= 0) return;
    name_ = target.string() + ".XXXXXX";
    fd_ = ::mkostemp(name_.data(), O_CLOEXEC);
    if (fd_ < 0) {
      name_.clear();
      return;
    }
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(fd_, 0666 & ~mask);  // mkostemp made it private
  }
  ~TemporaryFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int fd() const { return fd_; }
  std::filesystem::path parent() const { return target_.has_parent_path() ? target_.parent_path() : "."; }

  /// @returns false, with errno set, if it did not become the target.
  bool publish() {
    if (::fsync(fd_) != 0) return false;
    if (name_.empty()) {
      // Only a file with a name can replace another. The name is this process's and thread's own; one that a killed
      // process of the same numbers left in the instant between the two calls is in the way and goes.
      const std::string name = target_.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(::gettid());
      const std::string self = "/proc/self/fd/" + std::to_string(fd_);
      const auto link = [&] { return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW); };
      if (link() != 0 && (errno != EEXIST || ::unlink(name.c_str()) != 0 || link() != 0)) return false;
      name_ = name;
    }
    if (::rename(name_.c_str(), target_.c_str()) != 0) return false;
    name_.clear();
    return true;
  }

 private:
  std::filesystem::path target_;
  std::string name_;  ///< empty while it has none
  int fd_ = -1;
};

/// While alive, growing a file past the process's limit is an error of write() and not the signal that ends the
/// process.
class FileSizeSignalHeld {
 public:
  FileSizeSignalHeld() {
    ::sigemptyset(&signal_);
    ::sigaddset(&signal_, SIGXFSZ);
    ::pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~FileSizeSignalHeld() {
    const timespec now{};
    if (!::sigismember(&before_, SIGXFSZ)) ::sigtimedwait(&signal_, nullptr, &now);  // takes it if it came
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  FileSizeSignalHeld(const FileSizeSignalHeld&) = delete;
  FileSizeSignalHeld& operator=(const FileSizeSignalHeld&) = delete;

 private:
  sigset_t signal_, before_;
};

}  // namespace

std::vector<std::uint8_t> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) fail(path, std::string("cannot be read: ") + std::strerror(errno));
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) fail(path, std::strerror(errno));
  if (S_ISDIR(info.st_mode)) fail(path, "is a directory, not a file");
  const auto too_large = [&] { fail(path, "is larger than the limit of " + std::to_string(limit) + " bytes"); };
  if (S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) > limit) too_large();

  // The size is only a hint: a pipe has none, and a file may grow while it is read.
  std::vector<std::uint8_t> bytes;
  std::size_t used = 0;
  bytes.resize(static_cast<std::size_t>(info.st_size) + 1);
  while (true) {
    if (used == bytes.size()) bytes.resize(bytes.size() + (bytes.size() >> 1) + 65536);
    const ssize_t got = ::read(file.fd, bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > limit) too_large();
  }
  bytes.resize(used);
  return bytes;
}

void write_file(const std::filesystem::path& path, const std::function<void(const ByteSink&)>& produce) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  if (std::filesystem::is_directory(status)) fail(path, "is a directory, not a file");
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    fail(path, "is not a regular file: it cannot be replaced");  // renaming onto it would remove a device or a pipe
  }
  const bool is_link = std::filesystem::is_symlink(std::filesystem::symlink_status(path, ignored));
  const std::filesystem::path target = is_link ? std::filesystem::weakly_canonical(path, ignored) : path;

  TemporaryFile temporary(target);
  if (temporary.fd() < 0) fail(path, std::string("cannot be written: ") + std::strerror(errno));
  const auto check = [&](bool good) {
    if (!good) fail(path, std::string("cannot be written: ") + std::strerror(errno) + "; nothing was changed");
  };
  produce([&](std::span<const std::uint8_t> bytes) {
    const FileSizeSignalHeld held;
    while (!bytes.empty()) {
      const ssize_t put = ::write(temporary.fd(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      check(put > 0);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
  });
  check(temporary.publish());

  // The new name is safe from a power cut once the directory is on disk too. Where that cannot be asked for, it follows
  // later.
  const Descriptor directory{::open(temporary.parent().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.fd >= 0) ::fsync(directory.fd);
}

void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  write_file(path, [&](const ByteSink& sink) { sink(bytes); });
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

}  // namespace tinytorch
