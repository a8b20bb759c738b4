#pragma once
#include <string>
#include <vector>

namespace tinytorch::cli {

/// Prints lines through $PAGER (or less) if standard output is a terminal that they do not fit on, else as they are.
void print_paged(const std::vector<std::string>& lines);

}  // namespace tinytorch::cli
