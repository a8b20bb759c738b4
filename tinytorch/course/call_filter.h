#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tinytorch::course {

/// A seccomp filter: what the kernel answers to each system call of a process and of its children.
struct CallFilter {
  struct Instruction {  // of the kernel's classic BPF: struct sock_filter
    std::uint16_t code;
    std::uint8_t if_true, if_false;
    std::uint32_t value;
  };
  std::vector<Instruction> instructions;
  std::vector<std::size_t> own_process;  ///< those that compare with the process's id, which only it knows
};

/// Are the numbers of this architecture's calls known here?
bool knows_calls();

/// No network, tracing, signals to others, mounts, keys, …; for a worker no new processes and no writing of files either.
/// @param toolchain  for a compiler, which has its own children and writes files
CallFilter call_filter(bool toolchain);

/// For the calling process, which has given up new privileges, and for good. Safe after fork. @returns false, with errno
bool put_on(CallFilter& filter) noexcept;

}  // namespace tinytorch::course
