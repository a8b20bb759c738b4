#include <cstdlib>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/command.h"

namespace tinytorch::cli {
namespace {

std::filesystem::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') throw Error(std::string(name) + " is not set: start this program through ./tt");
  return value;
}

}  // namespace

std::filesystem::path project_root() { return from_environment("TINYTORCH_ROOT"); }
std::filesystem::path build_folder() { return from_environment("TINYTORCH_BUILD"); }

}  // namespace tinytorch::cli

int main(int argc, char** argv) {
  using namespace tinytorch::cli;
  return run_application({"The course: write the framework, exercise by exercise",
                          "`tt COMMAND --help` tells a command's options, with examples. Begin with `tt start`.",
                          {
                              add_status, add_start, add_lesson, add_check, add_watch, add_hint, add_reset,
                              add_diff, add_solution, add_debug, add_quiz, add_milestone, add_mine,
                              add_author,
                              add_grade,
                              add_instructor,
                          }},
                         argc, argv);
}
