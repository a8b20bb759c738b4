#pragma once
#include <csignal>

namespace tinytorch::cli {

/// While alive, the first Ctrl-C or SIGTERM sets a flag for the work to stop at a good place; a second one ends the
/// program.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;

 private:
  struct sigaction saved_int_ {
  }, saved_term_{};
};

}  // namespace tinytorch::cli
