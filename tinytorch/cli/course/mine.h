#pragma once
#include <string>

#include "tinytorch/cli/terminal.h"

namespace tinytorch::cli {

/// Brings a program that is made of the student's files up to date (the targets tt-mine and tt-milestone).
/// @returns its path
/// @throws Error with the first error in the student's file if it does not compile
std::string build_mine(const std::string& target, Terminal& terminal);

}  // namespace tinytorch::cli
