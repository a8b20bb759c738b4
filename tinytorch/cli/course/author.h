#pragma once
#include "tinytorch/cli/course/command.h"
#include "tinytorch/cli/terminal.h"

/// `tt author`: what whoever writes modules uses, a file each.
namespace tinytorch::cli {

void add_author_generate(CLI::App& author, Common& common);
void add_author_check(CLI::App& author, Common& common);
void add_author_mutants(CLI::App& author, Common& common);
void add_author_new(CLI::App& author, Common& common);

/// Brings what judges up to date, and `programs`. @throws Error with the end of what the build said
void build_for_authors(const std::vector<std::string>& programs, Terminal& terminal);
int author_jobs(const Common& common);  ///< --threads, or as many as there are cores

}  // namespace tinytorch::cli
