#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tinytorch {

struct RemoteFile {
  std::string name;
  std::uint64_t bytes;
  std::string sha256;  ///< of the file as it is downloaded, 64 hex digits
};

struct RemoteDataset {
  std::string name;
  std::vector<std::string> mirrors;  ///< base URLs ending in "/", tried in turn
  std::vector<RemoteFile> files;
  int stall_seconds = 30;  ///< a connection that sends (nearly) nothing for so long is given up
};

/// The four .gz files of MNIST on two public mirrors. The base URL in $TINYTORCH_MNIST_MIRROR, if set, is tried before
/// them: a server of one's own, for a classroom or without the internet.
RemoteDataset mnist_source();

std::string sha256_hex(std::span<const std::uint8_t> bytes);

struct FetchProgress {
  std::string file, mirror;
  std::uint64_t done, total;
};

/// Downloads what is missing into a directory, which is made if need be. A file that is there with the right checksum
/// is kept, one with a wrong checksum is replaced; a partial download (name.part) is continued, by another mirror too;
/// a wrong checksum discards the download and tries the next mirror.
/// @param progress  called about once a second and more often while data comes; an exception from it ends the download
///                  and passes through, and the partial file stays
/// @throws Error that lists what each mirror said; files that arrived stay. If the library was built without libcurl or
/// OpenSSL it says which package to install, and so does sha256_hex.
void fetch(const RemoteDataset& source, const std::filesystem::path& directory,
           const std::function<void(const FetchProgress&)>& progress = {});

}  // namespace tinytorch
