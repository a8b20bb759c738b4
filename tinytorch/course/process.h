#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tinytorch::course {

/// What a child process may use. 0 means: as much as the system gives.
struct Limits {
  double wall_seconds = 10;            ///< then its whole process group is killed
  std::int64_t cpu_seconds = 3;        ///< a busy machine does not spend them, an endless loop does
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;  ///< address space
  std::uint64_t file_bytes = std::uint64_t{16} << 20;   ///< of one file that it writes
  std::int64_t open_files = 64;
  std::int64_t output_bytes = 64 << 10;   ///< kept of what it prints; the rest is read and dropped
  std::int64_t answer_bytes = 64 << 20;   ///< read from descriptor 3; more is no answer
};

/// A program to run: an empty environment but for `environment`, every descriptor closed but 0 to 3.
struct Command {
  std::vector<std::string> arguments;  ///< [0] is the program's path; no search, no shell
  std::vector<std::string> environment;
  std::filesystem::path directory;     ///< to run in; empty: where we are
  std::span<const std::uint8_t> input; ///< its standard input
  Limits limits;
  /// Untrusted: no network, no other processes, no signals to others, no files but those below, as far as the system can
  /// enforce it (sandbox.h). It writes nothing but its descriptors.
  bool sandboxed = false;
  std::vector<std::filesystem::path> readable;  ///< besides the program and the system's libraries
  /// A compiler or linker at work on untrusted input: it may start the system's programs and write in `directory`.
  bool toolchain = false;
};

enum class End { exited, signalled, timed_out, could_not_start };

struct Outcome {
  End end = End::could_not_start;
  int code = 0;                       ///< exit code or signal
  bool out_of_memory = false;         ///< signalled, and it was the system that had no memory left
  std::vector<std::uint8_t> answer;   ///< what came on descriptor 3
  bool answer_too_long = false;       ///< then it was killed
  std::string output;                 ///< standard output and error, as they came
  std::int64_t output_dropped = 0;    ///< bytes beyond the limit
  double seconds = 0;
  std::uint64_t peak_bytes = 0;       ///< resident
  std::string reason;                 ///< why it could not start
};

/// Runs a program to its end or to a limit. When it returns, no process of its group is left. The program has ended when its
/// first process has, whoever still holds its pipes.
Outcome run(const Command& command);

}  // namespace tinytorch::course
