#pragma once
#include <filesystem>
#include <functional>
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
};

/// The four .gz files of MNIST on two public mirrors.
const RemoteDataset& mnist_source();

std::string sha256_hex(std::span<const std::uint8_t> bytes);

struct FetchProgress {
  std::string file, mirror;
  std::uint64_t done, total;
};

/// Downloads what is missing into a directory. A file that is there with the right checksum is kept; a partial download
/// (name.part) is continued; a wrong checksum discards the download and tries the next mirror.
/// @throws Error that lists what each mirror said; files that arrived stay.
void fetch(const RemoteDataset& source, const std::filesystem::path& directory,
           const std::function<void(const FetchProgress&)>& progress = {});

}  // namespace tinytorch
