#pragma once
#include <csignal>
#include <cstdint>

namespace tinytorch::kernels {

/// AMX on CPUs that have none: while one of these lives, an AMX instruction that this thread runs, which such a CPU calls
/// illegal, is done by the signal's handler as the manual says. So what is tested are the bytes that the compiler made of
/// the kernel. x86-64 Linux only.
class TrappedAmx {
 public:
  TrappedAmx();
  ~TrappedAmx();
  TrappedAmx(const TrappedAmx&) = delete;
  TrappedAmx& operator=(const TrappedAmx&) = delete;

  /// How many were done since construction.
  std::int64_t instructions() const;
  /// Is the tile configuration in its initial state, as TILERELEASE leaves it?
  bool released() const;

 private:
  struct sigaction before_ = {};
};

}  // namespace tinytorch::kernels
