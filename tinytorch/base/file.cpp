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

/// A temporary file that removes itself unless it was renamed.
struct TemporaryFile {
  std::string path;
  ~TemporaryFile() {
    if (!path.empty()) ::unlink(path.c_str());
  }
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

  TemporaryFile temporary{target.string() + ".XXXXXX"};
  const Descriptor file{::mkostemp(temporary.path.data(), O_CLOEXEC)};
  if (file.fd < 0) {
    const int error = errno;
    temporary.path.clear();
    fail(path, std::string("cannot be written: ") + std::strerror(error));
  }
  const auto check = [&](bool good) {
    if (!good) fail(path, std::string("cannot be written: ") + std::strerror(errno) + "; nothing was changed");
  };
  produce([&](std::span<const std::uint8_t> bytes) {
    const FileSizeSignalHeld held;
    while (!bytes.empty()) {
      const ssize_t put = ::write(file.fd, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      check(put > 0);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
  });
  const mode_t mask = ::umask(0);
  ::umask(mask);
  check(::fchmod(file.fd, 0666 & ~mask) == 0);  // mkostemp made it private
  check(::fsync(file.fd) == 0);
  check(::rename(temporary.path.c_str(), target.c_str()) == 0);
  temporary.path.clear();

  // The new name is safe from a power cut once the directory is on disk too. Where that cannot be asked for, it follows
  // later.
  const std::filesystem::path parent = target.has_parent_path() ? target.parent_path() : ".";
  const Descriptor directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.fd >= 0) ::fsync(directory.fd);
}

void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  write_file(path, [&](const ByteSink& sink) { sink(bytes); });
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

}  // namespace tinytorch
