#include "tinytorch/cli/interrupt.h"

namespace tinytorch::cli {
namespace {

volatile std::sig_atomic_t g_requested = 0;

void request(int) { g_requested = 1; }

}  // namespace

Interrupt::Interrupt() {
  g_requested = 0;
  struct sigaction action {};
  action.sa_handler = request;
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  ::sigaction(SIGINT, &action, &saved_int_);
  ::sigaction(SIGTERM, &action, &saved_term_);
}

Interrupt::~Interrupt() {
  ::sigaction(SIGINT, &saved_int_, nullptr);
  ::sigaction(SIGTERM, &saved_term_, nullptr);
}

bool Interrupt::requested() const { return g_requested != 0; }

}  // namespace tinytorch::cli
