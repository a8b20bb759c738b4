#include "tinytorch/course/submission.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tinytorch/course/values.h"

namespace tinytorch::course {
namespace {

constexpr std::size_t kLargest = 1 << 20;  // a person writes less

struct File {
  int descriptor;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

std::string why_not_opened(int error) {
  if (error == ENOENT || error == ENOTDIR) return "is missing";
  if (error == ELOOP) return "is a symbolic link, which is not followed";
  return std::string("cannot be read: ") + std::strerror(error);
}

}  // namespace

Source read_source(const std::filesystem::path& path, bool follow_links) {
  const std::string name = valid_utf8(path.filename().string());
  const auto refuse = [&](const std::string& why) { return Source{"", name + " " + why}; };
  // Without blocking: a pipe has nobody at its other end.
  const File file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | (follow_links ? 0 : O_NOFOLLOW))};
  if (file.descriptor < 0) return refuse(why_not_opened(errno));
  struct stat status = {};
  if (::fstat(file.descriptor, &status) != 0) return refuse(why_not_opened(errno));
  if (S_ISDIR(status.st_mode)) return refuse("is a folder, not a file");
  if (!S_ISREG(status.st_mode)) return refuse("is not a regular file");
  Source source;
  char chunk[16384];
  for (ssize_t n = 1; n > 0 && source.text.size() <= kLargest;) {
    n = ::read(file.descriptor, chunk, sizeof chunk);
    if (n < 0) return refuse(why_not_opened(errno));
    source.text.append(chunk, static_cast<std::size_t>(n));
  }
  if (source.text.size() > kLargest) return refuse("has more than 1 MB");
  if (source.text.find_first_not_of(" \t\r\n") == std::string::npos) return refuse("is empty");
  if (valid_utf8(source.text) != source.text) return refuse("is not UTF-8 text; save it in that encoding");
  if (source.text.find('\0') != std::string::npos) return refuse("holds a zero byte: it is no text");
  return source;
}

}  // namespace tinytorch::course
