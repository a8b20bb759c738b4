#pragma once
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch {

/// A fresh directory that is removed with all that is in it.
struct TemporaryDirectory {
  std::filesystem::path path;  ///< absolute if `parent` is

  /// @param parent  is made if it is not there
  /// @throws Error naming it if no directory can be made there
  explicit TemporaryDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::error_code ignored;
    std::filesystem::create_directories(parent, ignored);
    std::string name = (parent / "tinytorch-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw Error(parent.string() + ": no temporary directory can be made here: " + std::strerror(errno));
    path = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
};

}  // namespace tinytorch
