#pragma once
#include <filesystem>

#include "tinytorch/cli/application.h"
#include "tinytorch/course/catalog.h"
#include "tinytorch/course/harness.h"

/// The commands of the course, one file each.
namespace tinytorch::cli {

/// Where the project and its build are: TINYTORCH_ROOT and TINYTORCH_BUILD, which the tt launcher sets.
/// @throws Error saying so if they are not set
std::filesystem::path project_root();
std::filesystem::path build_folder();

void add_status(CLI::App& app, Common& common);
void add_start(CLI::App& app, Common& common);
void add_lesson(CLI::App& app, Common& common);
void add_check(CLI::App& app, Common& common);
void add_hint(CLI::App& app, Common& common);
void add_reset(CLI::App& app, Common& common);
void add_diff(CLI::App& app, Common& common);
void add_solution(CLI::App& app, Common& common);
void add_watch(CLI::App& app, Common& common);
void add_debug(CLI::App& app, Common& common);
void add_quiz(CLI::App& app, Common& common);
void add_milestone(CLI::App& app, Common& common);
void add_mine(CLI::App& app, Common& common);
void add_author(CLI::App& app, Common& common);
void add_grade(CLI::App& app, Common& common);
void add_instructor(CLI::App& app, Common& common);
void add_instructor_grade(CLI::App& instructor, Common& common);
void add_instructor_gradescope(CLI::App& instructor, Common& common);
void add_instructor_release(CLI::App& instructor, Common& common);
void add_instructor_prepare(CLI::App& instructor, Common& common);

}  // namespace tinytorch::cli
