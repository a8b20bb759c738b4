#pragma once
#include "tinytorch/cli/course/command.h"

/// `tt author`: what whoever writes modules uses, a file each.
namespace tinytorch::cli {

void add_author_generate(CLI::App& author, Common& common);

}  // namespace tinytorch::cli
