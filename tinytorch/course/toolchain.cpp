#include "tinytorch/course/toolchain.h"

#include <algorithm>
#include <sstream>

#include "tinytorch/base/error.h"
#include "tinytorch/course/sandbox.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/values.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kNeededOnDisk = 64 << 20;
const std::string kIncluded = "included.d", kAssembled = "assembled.d";

Worker refused(Status status, const std::string& words) {
  Worker worker;
  worker.status = status;
  worker.output = words;
  return worker;
}

bool good(const Outcome& outcome) { return outcome.end == End::exited && outcome.code == 0; }

bool lies_in(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace

Worker did_not_compile(const std::string& words) { return refused(Status::did_not_compile, words); }

Toolchain::Toolchain(const Harness& harness, fs::path folder, std::string source, bool sandboxed)
    : harness_(harness), folder_(std::move(folder)), source_(std::move(source)), sandboxed_(sandboxed) {}

std::optional<Worker> Toolchain::compile(const std::string& object, std::string& warnings) const {
  std::vector<std::string> flags = harness_.compile_flags;
  flags.insert(flags.end(), harness_.sanitizers.begin(), harness_.sanitizers.end());
  flags.push_back("-I" + harness_.include.string());
  if (!harness_.prefix.empty()) flags.insert(flags.end(), {"-include", harness_.prefix.string()});
  flags.push_back(source_);
  const bool looks_itself = sandboxed_ && !confines_files();
  if (looks_itself)
    if (std::optional<Worker> stranger = look_for_strangers(flags)) return stranger;
  flags.insert(flags.end(), {"-c", "-o", object});
  const bool gnu = fs::path(harness_.compiler).filename().string().find("clang") == std::string::npos;
  if (looks_itself && gnu) flags.push_back("-Wa,--MD," + kAssembled);
  const Outcome outcome = run(flags, readable());
  if (looks_itself && fs::exists(folder_ / kAssembled))
    if (const std::string path = stranger_in(kAssembled); !path.empty()) return refuse_stranger(path);
  if (!good(outcome)) return failed(outcome);
  warnings = valid_utf8(outcome.output);
  return {};
}

std::optional<Worker> Toolchain::link(const std::vector<std::string>& parts, const std::string& program) const {
  std::vector<std::string> flags = harness_.sanitizers;
  // The student's object may not bring code for the compiler of link time, nor options for it.
  if (sandboxed_) flags.insert(flags.end(), {"-fno-lto", "-fno-use-linker-plugin"});
  flags.insert(flags.end(), parts.begin(), parts.end());
  flags.insert(flags.end(), harness_.libraries.begin(), harness_.libraries.end());
  flags.insert(flags.end(), {"-o", program});
  const Outcome outcome = run(flags, {parts.begin(), parts.end()});
  if (!good(outcome)) return failed(outcome);
  return {};
}

/// What the compiler may read besides the system's headers.
std::vector<fs::path> Toolchain::readable() const {
  std::vector<fs::path> files = harness_.prefix_files();
  files.push_back(harness_.include / "tinytorch");
  return files;
}

Outcome Toolchain::run(std::vector<std::string> arguments, std::vector<fs::path> readable) const {
  Command command;
  arguments.insert(arguments.begin(), harness_.compiler);
  command.arguments = std::move(arguments);
  command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "TMPDIR=."};
  command.directory = folder_;
  command.limits = {.wall_seconds = harness_.compile_seconds,
                    .cpu_seconds = static_cast<std::int64_t>(harness_.compile_seconds) + 1,
                    .memory_bytes = std::uint64_t{sandboxed_ ? 2u : 4u} << 30,
                    .file_bytes = std::uint64_t{256} << 20,
                    .open_files = 256};
  command.sandboxed = sandboxed_;
  command.toolchain = true;
  command.readable = std::move(readable);
  for (const std::string& library : harness_.libraries)
    if (library.starts_with("/")) command.readable.push_back(library);
  return course::run(command);
}

Worker Toolchain::failed(const Outcome& outcome) const {
  std::error_code unknown;
  const fs::space_info space = fs::space(folder_, unknown);
  if (!unknown && space.available < kNeededOnDisk) throw Error(folder_.parent_path().string() + ": the disk is full");
  if (outcome.end == End::timed_out)
    return refused(Status::timed_out, "the compiler needed more than " +
                                          std::to_string(static_cast<int>(harness_.compile_seconds)) + " seconds");
  if (outcome.end == End::could_not_start) return refused(Status::ungraded, outcome.reason);
  const std::string output = valid_utf8(outcome.output);
  return did_not_compile(output.find_first_not_of(" \n") == std::string::npos ? "the compiler failed" : output);
}

// Where the system cannot confine what the compiler reads, its own list of files is looked through, and nothing that it
// says reaches the student before that: it would quote them.
std::optional<Worker> Toolchain::look_for_strangers(std::vector<std::string> flags) const {
  flags.insert(flags.end(), {"-M", "-MF", kIncluded, "-fno-diagnostics-show-caret"});
  Outcome outcome = run(flags, readable());
  if (!good(outcome)) {
    std::istringstream lines(outcome.output);
    outcome.output.clear();
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with(source_ + ":")) outcome.output += line + "\n";
    return failed(outcome);
  }
  if (const std::string path = stranger_in(kIncluded); !path.empty()) return refuse_stranger(path);
  return {};
}

std::string Toolchain::stranger_in(const std::string& list) const {
  std::string text = read_text(folder_ / list);
  for (std::size_t at; (at = text.find("\\\n")) != std::string::npos;) text.replace(at, 2, " ");
  std::istringstream words(text);
  std::vector<fs::path> known{harness_.include / "tinytorch", "/usr/include", "/usr/lib", "/usr/local/include", "/usr/local/lib"};
  known.push_back(fs::weakly_canonical(harness_.compiler).parent_path().parent_path() / "lib");
  for (const fs::path& file : readable()) known.push_back(fs::weakly_canonical(file));
  for (std::string word; words >> word;) {
    if (word.ends_with(":")) continue;  // what depends on them
    const fs::path path = fs::weakly_canonical(folder_ / word);
    if (path.parent_path() == fs::weakly_canonical(folder_)) continue;  // the source, and what the compiler made of it
    if (std::none_of(known.begin(), known.end(), [&](const fs::path& folder) { return lies_in(path, folder); })) return word;
  }
  return "";
}

Worker Toolchain::refuse_stranger(const std::string& path) const {
  return did_not_compile(source_ + " includes " + valid_utf8(path) + "; it may include headers of tinytorch/ and of the system");
}

}  // namespace tinytorch::course
