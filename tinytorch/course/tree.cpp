#include "tinytorch/course/tree.h"

#include <algorithm>
#include <sstream>

#include "tinytorch/base/error.h"
#include "tinytorch/course/process.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_git_tracks(const fs::path& root) {
  Command command;
  // The owner of the folder may be another user, as in a container: -c only for this call.
  command.arguments = {"/usr/bin/env", "git", "-c", "safe.directory=*", "-C", root.string(), "ls-files", "-z"};
  command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent"};
  command.limits = {.wall_seconds = 60, .cpu_seconds = 60, .memory_bytes = 0, .file_bytes = 0, .open_files = 0,
                    .output_bytes = 64 << 20, .answer_bytes = 0};
  const Outcome outcome = run(command);
  if (outcome.end != End::exited || outcome.code != 0) throw Error("git ls-files failed in " + root.string() + ": " + outcome.output);
  std::vector<fs::path> files;
  std::istringstream names(outcome.output);
  for (std::string name; std::getline(names, name, '\0');)
    if (fs::exists(root / name)) files.emplace_back(name);  // one that was deleted is still tracked
  return files;
}

std::vector<fs::path> files_there_are(const fs::path& root) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(root), end; at != end; ++at) {
    const fs::path relative = at->path().lexically_relative(root);
    const std::string name = relative.string();
    if (name == "build" || name == ".tinytorch" || name == "datasets/mnist" || name == "datasets/digits") {
      at.disable_recursion_pending();
    } else if (at->is_regular_file()) {
      files.push_back(relative);
    }
  }
  return files;
}

}  // namespace

std::vector<fs::path> project_files(const fs::path& root) {
  std::vector<fs::path> files = fs::exists(root / ".git") ? files_git_tracks(root) : files_there_are(root);
  std::sort(files.begin(), files.end());
  return files;
}

void copy_project_file(const fs::path& root, const fs::path& file, const fs::path& to) {
  fs::create_directories((to / file).parent_path());
  fs::copy_file(root / file, to / file);
}

void require_empty_folder(const fs::path& folder) {
  if (fs::exists(folder) && (!fs::is_directory(folder) || !fs::is_empty(folder)))
    throw Error(folder.string() + " is there and not an empty folder; nothing was written");
  fs::create_directories(folder);
}

}  // namespace tinytorch::course
