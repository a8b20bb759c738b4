#pragma once
#include "tinytorch/course/author/findings.h"
#include "tinytorch/course/catalog.h"

namespace tinytorch::course {

/// What can be seen without compiling anything: every stem stands in all folders and in no folder alone; module.toml
/// and modules/CMakeLists.txt name the same exercises; points, hints, tests and mutants are as docs/authoring.md asks.
/// @param modules  names; what belongs to others is not looked at
void check_tree(const std::filesystem::path& root, const Catalog& catalog, const std::vector<std::string>& modules,
                Findings& findings);

/// exercises/ is what solutions/ generate.
void check_generated(const std::filesystem::path& root, const std::vector<std::string>& modules, Findings& findings);

/// The tests of a module that its judge knows, in its order.
std::vector<std::string> tests_of_judge(const std::filesystem::path& judge);
/// They are those of module.toml, in the same order.
void check_judge(const std::filesystem::path& judge, const Module& module, Findings& findings);

}  // namespace tinytorch::course
