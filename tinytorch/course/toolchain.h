#pragma once
#include <optional>

#include "tinytorch/course/harness.h"

namespace tinytorch::course {

/// A worker that there is not, and why, in words.
Worker did_not_compile(const std::string& words);

/// Compiler and linker at work on one student's file, in a folder that is theirs alone.
class Toolchain {
 public:
  /// @param source     a name in `folder`, or the path of a trusted file that lies elsewhere
  /// @param sandboxed  the source is untrusted: it may include headers of tinytorch/ and of the system, and nothing else
  Toolchain(const Harness& harness, std::filesystem::path folder, std::string source, bool sandboxed);

  /// @returns why not, or nothing if all went well; then `warnings` holds what the compiler said.
  /// @throws Error if the disk is full
  std::optional<Worker> compile(const std::string& object, std::string& warnings) const;
  std::optional<Worker> link(const std::vector<std::string>& parts, const std::string& program) const;

 private:
  std::vector<std::filesystem::path> readable() const;
  Outcome run(std::vector<std::string> arguments, std::vector<std::filesystem::path> readable) const;
  Worker failed(const Outcome& outcome) const;
  std::optional<Worker> look_for_strangers(std::vector<std::string> flags) const;
  std::string stranger_in(const std::string& list) const;
  Worker refuse_stranger(const std::string& path) const;

  const Harness& harness_;
  const std::filesystem::path folder_;
  const std::string source_;
  const bool sandboxed_;
};

}  // namespace tinytorch::course
