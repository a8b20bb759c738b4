#pragma once
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch::testing {

/// A fresh directory that is removed with all that is in it.
struct TemporaryDirectory {
  std::filesystem::path path;
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "tinytorch-test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw Error("no temporary directory can be made");
    path = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
};

}  // namespace tinytorch::testing
