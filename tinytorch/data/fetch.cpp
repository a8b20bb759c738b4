#include "tinytorch/data/fetch.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"

namespace tinytorch {
namespace fs = std::filesystem;
namespace {

/// name.part while it is open: what has arrived so far. One process at a time writes to it.
class PartialFile {
 public:
  explicit PartialFile(fs::path path) : path_(std::move(path)) {
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    check(fd_ >= 0);
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd_);
      throw Error(path_.string() + ": another process is downloading this file");
    }
    size_ = static_cast<std::uint64_t>(::lseek(fd_, 0, SEEK_END));
  }
  ~PartialFile() {
    if (size_ == 0) ::unlink(path_.c_str());
    ::close(fd_);
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  std::uint64_t size() const { return size_; }
  void clear() {
    check(::ftruncate(fd_, 0) == 0 && ::lseek(fd_, 0, SEEK_SET) == 0);
    size_ = 0;
  }
  void append(std::span<const char> bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      check(put > 0);
      size_ += static_cast<std::uint64_t>(put);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
  }
  void rename_to(const fs::path& target) {
    check(::fsync(fd_) == 0);
    check(::rename(path_.c_str(), target.c_str()) == 0);
  }
  const fs::path& path() const { return path_; }

 private:
  void check(bool good) const {
    if (!good) throw Error(path_.string() + ": cannot be written: " + std::strerror(errno));
  }
  fs::path path_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

/// One request, as libcurl's callbacks see it. They are C: exceptions are kept here, and thrown when libcurl has
/// returned.
struct Transfer {
  const RemoteFile& file;
  const std::string& mirror;
  const std::function<void(const FetchProgress&)>& progress;
  PartialFile& part;
  CURL* handle;
  bool started = false;
  std::string complaint = {};  // about what the server sends
  std::exception_ptr error = {};

  void receive(std::span<const char> bytes) {
    if (!started) {
      started = true;
      long status = 0;
      curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
      if (status == 200) part.clear();  // a server that ignores Range sends the file from its beginning
    }
    if (part.size() + bytes.size() > file.bytes) {
      complaint = "sends more than the " + std::to_string(file.bytes) + " bytes of the file";
      part.clear();
      return;
    }
    part.append(bytes);
  }

  static std::size_t on_data(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      transfer.receive({data, size});
    } catch (...) {
      transfer.error = std::current_exception();
    }
    return transfer.error || !transfer.complaint.empty() ? 0 : size;  // anything but size ends the transfer
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.progress || transfer.error) return 0;
    try {
      transfer.progress({transfer.file.name, transfer.mirror, transfer.part.size(), transfer.file.bytes});
    } catch (...) {
      transfer.error = std::current_exception();
      return 1;  // ends the transfer
    }
    return 0;
  }
};

/// Continues the partial file from a mirror. @returns what went wrong, or nothing.
std::string request(const RemoteDataset& source, const RemoteFile& file, const std::string& mirror, PartialFile& part,
                    const std::function<void(const FetchProgress&)>& progress) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(global == CURLE_OK ? curl_easy_init() : nullptr,
                                                      curl_easy_cleanup);
  if (!handle) throw Error("[fetch] libcurl cannot be initialised");
  Transfer transfer{file, mirror, progress, part, handle.get()};
  const std::string url = mirror + file.name, range = std::to_string(part.size()) + "-";
  std::array<char, CURL_ERROR_SIZE> words{};

  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "tinytorch");
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, words.data());
  curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(handle.get(), CURLOPT_FAILONERROR, 1L);  // 404 is an error, its page is no data
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, static_cast<long>(source.stall_seconds));
  curl_easy_setopt(handle.get(), CURLOPT_LOW_SPEED_LIMIT, 100L);  // bytes per second
  curl_easy_setopt(handle.get(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(source.stall_seconds));
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &Transfer::on_data);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle.get(), CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  curl_easy_setopt(handle.get(), CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(handle.get(), CURLOPT_NOPROGRESS, 0L);
  if (part.size() > 0) curl_easy_setopt(handle.get(), CURLOPT_RANGE, range.c_str());

  const CURLcode code = curl_easy_perform(handle.get());
  if (transfer.error) std::rethrow_exception(transfer.error);
  if (!transfer.complaint.empty()) return transfer.complaint;
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 416) part.clear();  // the server's file ends before what is here
  if (code != CURLE_OK) return words[0] != '\0' ? words.data() : curl_easy_strerror(code);
  if (part.size() < file.bytes) {
    return "ended after " + std::to_string(part.size()) + " of " + std::to_string(file.bytes) + " bytes";
  }
  return {};
}

bool is_intact(const fs::path& path, const RemoteFile& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return !error && size == file.bytes && sha256_hex(read_file(path)) == file.sha256;
}

/// Brings one file from one mirror. @returns what went wrong, or nothing.
std::string download(const RemoteDataset& source, const RemoteFile& file, const std::string& mirror,
                     const fs::path& target, const std::function<void(const FetchProgress&)>& progress) {
  PartialFile part(target.string() + ".part");
  if (part.size() > file.bytes) part.clear();
  while (true) {
    const bool continued = part.size() > 0;
    std::string problem;
    if (part.size() < file.bytes) problem = request(source, file, mirror, part, progress);
    if (part.size() == file.bytes) {
      if (is_intact(part.path(), file)) {
        part.rename_to(target);
        return {};
      }
      part.clear();
      problem = "the checksum is wrong";
    }
    // If it was discarded, what was there before may be to blame: once more from the beginning.
    if (!continued || part.size() > 0) return problem;
  }
}

}  // namespace

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw Error("[sha256] OpenSSL cannot compute it");
  }
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

void fetch(const RemoteDataset& source, const fs::path& directory,
           const std::function<void(const FetchProgress&)>& progress) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw Error(directory.string() + ": the directory cannot be made: " + error.message());
  for (const RemoteFile& file : source.files) {
    const fs::path target = directory / file.name;
    if (is_intact(target, file)) continue;
    std::string problems;
    bool arrived = false;
    for (const std::string& mirror : source.mirrors) {
      const std::string problem = download(source, file, mirror, target, progress);
      if ((arrived = problem.empty())) {
        if (progress) progress({file.name, mirror, file.bytes, file.bytes});
        break;
      }
      problems += "\n  " + mirror + ": " + problem;
    }
    if (!arrived) {
      throw Error("[fetch " + source.name + "] " + file.name + " could not be downloaded:" + problems +
                  "\nRun it again to continue where it stopped, or put the file into " + directory.string() +
                  " yourself");
    }
  }
}

}  // namespace tinytorch
