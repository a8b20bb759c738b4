// The worker: one scenario with the student's code, in a process of its own. It reads a request from standard input, runs
// what the request names and writes the answer to file descriptor 3. Whatever the student's code does to this process, the
// judge on the other side decides.
//
//   worker < request 3> answer        as the judge starts it
//   worker FILE.safetensors           as a debugger starts it: the request from a file, the answer in words
#include <execinfo.h>
#if defined(__linux__)
#include <link.h>
#endif
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/course/worker/scenario.h"

namespace tinytorch::course {
namespace {

std::map<std::string, ScenarioBody>& scenarios() {
  static std::map<std::string, ScenarioBody> all;
  return all;
}

constexpr int kAnswer = 3;

std::vector<std::uint8_t> read_all(int descriptor) {
  std::vector<std::uint8_t> bytes;
  std::uint8_t chunk[65536];
  for (ssize_t n; (n = ::read(descriptor, chunk, sizeof chunk)) > 0;) bytes.insert(bytes.end(), chunk, chunk + n);
  return bytes;
}

void write_all(int descriptor, std::span<const std::uint8_t> bytes) {
  for (ssize_t n; !bytes.empty() && (n = ::write(descriptor, bytes.data(), bytes.size())) > 0;)
    bytes = bytes.subspan(static_cast<std::size_t>(n));
}

// What the crash handler needs to know, found out before anything can go wrong.
std::uintptr_t program_begin = 0;   // where this program was loaded: debug information counts from there
const char* stack_begin = nullptr;  // its highest address
std::size_t stack_size = 0;
constexpr std::size_t kStackSlack = 256 << 10;
constexpr std::size_t kStackGap = 128 << 20;  // Linux leaves that much below the main stack at least; then come threads'
constexpr std::size_t kLongestMessage = 4096;

/// Text and numbers on standard error, without a buffer, a lock or an allocation.
void say(const char* text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}
void say_hex(std::uintptr_t value) {
  char text[19] = {};
  char* at = text + sizeof text - 1;
  do *--at = "0123456789abcdef"[value % 16];
  while ((value /= 16) != 0);
  *--at = 'x', *--at = '0';
  say(at);
}

struct Registers {
  std::uintptr_t instruction = 0, stack = 0;
};
Registers registers_of([[maybe_unused]] void* context) {
#if defined(__linux__) && defined(__x86_64__)
  const greg_t* all = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  return {static_cast<std::uintptr_t>(all[REG_RIP]), static_cast<std::uintptr_t>(all[REG_RSP])};
#elif defined(__linux__) && defined(__aarch64__)
  const auto& all = static_cast<ucontext_t*>(context)->uc_mcontext;
  return {all.pc, all.sp};
#else
  return {};
#endif
}

/// Says what happened and where, in lines that the judge reads, and dies of the same signal. A second must do: the frames
/// are walked through memory that is not in order any more.
void on_crash(int signal, siginfo_t* info, void* context) {
  const Registers at = registers_of(context);
  const auto highest = reinterpret_cast<std::uintptr_t>(stack_begin);
  const bool overflow = signal == SIGSEGV && at.stack != 0 && at.stack < highest &&
                        highest - at.stack > stack_size - kStackSlack && highest - at.stack < kStackGap;
  say("\ntt-crash: ");
  say_hex(static_cast<std::uintptr_t>(signal));
  say(" ");
  say_hex(reinterpret_cast<std::uintptr_t>(info->si_addr));
  say(overflow ? " stack overflow\n" : "\n");
  std::signal(SIGALRM, SIG_DFL);
  sigset_t alarm;
  ::sigemptyset(&alarm);
  ::sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  ::alarm(1);
  void* frames[48];
  const int count = ::backtrace(frames, 48);
  bool reached = at.instruction == 0;  // before it come this function and what called it
  for (int i = 0; i < count; ++i) {
    auto address = reinterpret_cast<std::uintptr_t>(frames[i]);
    if (!reached && address != at.instruction) continue;
    if (reached) --address;  // the call lies before the place that it returns to
    reached = true;
    say("tt-frame: ");
    say_hex(address - program_begin);
    say("\n");
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void watch_for_crashes() {
  void* warm_up[1];
  ::backtrace(warm_up, 1);  // loads what it needs now, not inside a signal handler
#if defined(__linux__)
  ::dl_iterate_phdr(
      [](dl_phdr_info* program, std::size_t, void*) {
        program_begin = program->dlpi_addr;
        return 1;  // the first is this program
      },
      nullptr);
#endif
  rlimit limit{};
  ::getrlimit(RLIMIT_STACK, &limit);
  stack_size = limit.rlim_cur == RLIM_INFINITY ? std::size_t{1} << 40 : limit.rlim_cur;
  static char stack[1 << 16];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof stack;
  ::sigaltstack(&alternate, nullptr);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    struct sigaction action = {};
    action.sa_sigaction = on_crash;
    action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
    ::sigaction(signal, &action, nullptr);
  }
}

Values answer_to(Values request) {
  Values out;
  const std::string name = request.text("scenario");
  const std::string nonce = request.text("nonce");
  request.erase("scenario");
  request.erase("nonce");
  const auto found = scenarios().find(name);
  if (found == scenarios().end()) throw Error("this worker has no scenario " + name);
  const char* ended = "answered";
  std::string message;
  try {
    found->second(request, out);
  } catch (const NotImplemented& todo) {
    ended = "not attempted";
    message = todo.what();
  } catch (const OutOfMemory& error) {
    ended = "out of memory";
    message = error.what();
  } catch (const Error& error) {
    ended = "threw";
    message = error.what();
  } catch (const std::bad_alloc&) {
    ended = "out of memory";
  } catch (const std::exception& error) {
    ended = "threw a foreign exception";
    message = error.what();
  } catch (...) {
    ended = "threw a foreign exception";
    message = "not a std::exception";
  }
  out.set("ended", ended);
  out.set("message", std::string_view(message).substr(0, kLongestMessage));
  out.set("nonce", nonce);
  return out;
}

int run(int argc, char** argv) {
  const bool by_hand = argc > 1;
  const Values out = answer_to(Values::parse(by_hand ? read_file(argv[1]) : read_all(STDIN_FILENO)));
  if (by_hand) {
    std::printf("%s %s\n", out.text("ended").c_str(), out.text("message").c_str());
  } else {
    write_all(kAnswer, out.serialize());
  }
  return 0;
}

}  // namespace

Scenario::Scenario(const char* name, ScenarioBody body) { scenarios()[name] = body; }

}  // namespace tinytorch::course

int main(int argc, char** argv) {
  char here = 0;
  tinytorch::course::stack_begin = &here;
  tinytorch::course::watch_for_crashes();
  int code = 1;
  try {
    code = tinytorch::course::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "worker: %s\n", error.what());
  }
  std::fflush(nullptr);
  std::_Exit(code);  // destructors of the student's statics have no say any more
}
