#pragma once
#include <string>
#include <vector>

#include "tinytorch/cli/terminal.h"

namespace tinytorch::cli {

struct Built {
  bool good = false;
  std::string output;  ///< of what failed
};

/// Brings targets of the launcher's build up to date. While something is built there is a progress line; if all is up
/// to date, which takes some hundredths of a second, nothing is shown.
/// @param title  "Building the tests of relu"
/// @throws Error if ninja cannot be started
Built build_targets(const std::vector<std::string>& targets, const std::string& title, Terminal& terminal);

}  // namespace tinytorch::cli
