#include "tinytorch/course/binary.h"

#include <unistd.h>

#include <sstream>

#include "tinytorch/base/error.h"
#include "tinytorch/course/process.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

fs::path tool(const std::string& name) {
  for (const char* folder : {"/usr/bin", "/usr/local/bin", "/bin"})
    if (::access((fs::path(folder) / name).c_str(), X_OK) == 0) return fs::path(folder) / name;
  return {};
}

/// What the tool says of a file in `folder`; nothing if there is no such tool. The file is a student's: it may hold anything.
/// @throws Error if the tool fails
std::string output_of(const std::string& name, std::vector<std::string> arguments, const fs::path& folder) {
  const fs::path program = tool(name);
  if (program.empty()) return "";
  Command command;
  arguments.insert(arguments.begin(), program.string());
  command.arguments = std::move(arguments);
  command.environment = {"LC_ALL=C.UTF-8"};
  command.directory = folder;
  command.limits = {.wall_seconds = 10, .cpu_seconds = 5, .output_bytes = 4 << 20};
  command.sandboxed = true;
  command.toolchain = true;
  const Outcome outcome = run(command);
  if (outcome.end != End::exited || outcome.code != 0)
    throw Error(program.string() + " failed: " + (outcome.end == End::could_not_start ? outcome.reason : outcome.output.substr(0, 200)));
  return outcome.output;
}

bool names(const std::string& symbol, const std::string& entry) {
  if (!symbol.starts_with(entry)) return false;
  return entry.ends_with("::") || symbol.size() == entry.size() || symbol[entry.size()] == '(' || symbol[entry.size()] == '[' ||
         symbol[entry.size()] == '<';
}

}  // namespace

std::string crash_site(const fs::path& program, const std::vector<std::string>& frames, const std::string& file) {
  if (frames.empty()) return "";
  std::vector<std::string> arguments{"-e", program.filename().string(), "-i"};
  arguments.insert(arguments.end(), frames.begin(), frames.end());
  std::istringstream lines(output_of("addr2line", arguments, program.parent_path()));
  for (std::string line; std::getline(lines, line);) {  // "/somewhere/relu.cpp:14 (discriminator 3)"
    line = line.substr(0, line.find(' '));
    const std::size_t colon = line.rfind(':');
    if (colon == std::string::npos || fs::path(line.substr(0, colon)).filename() != file) continue;
    const std::string number = line.substr(colon + 1);
    if (number.find_first_not_of("0123456789") == std::string::npos && number != "0" && !number.empty()) return file + ":" + number;
  }
  return "";
}

std::string called_of(const fs::path& object, const std::vector<std::string>& forbidden) {
  if (forbidden.empty()) return "";
  std::istringstream lines(output_of("nm", {"-uC", object.filename().string()}, object.parent_path()));
  for (std::string line; std::getline(lines, line);) {  // "                 U tinytorch::relu(tinytorch::Tensor const&)"
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || begin + 2 >= line.size()) continue;
    const std::string symbol = line.substr(begin + 2);
    for (const std::string& entry : forbidden)
      if (names(symbol, entry)) return entry;
  }
  return "";
}

}  // namespace tinytorch::course
