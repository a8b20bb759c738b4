// The worker: one scenario with the student's code, in a process of its own. It reads a request from standard input, runs
// what the request names and writes the answer to file descriptor 3. Whatever the student's code does to this process, the
// judge on the other side decides.
//
//   worker < request 3> answer        as the judge starts it
//   worker FILE.safetensors           as a debugger starts it: the request from a file, the answer in words
#include <execinfo.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
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

/// Says where it happened, as addresses that the judge's side turns into lines, and dies of the same signal.
void on_crash(int signal) {
  void* frames[32];
  const int count = ::backtrace(frames, 32);
  ::backtrace_symbols_fd(frames, count, STDERR_FILENO);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
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
  out.set("message", message);
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
  void* warm_up[1];
  ::backtrace(warm_up, 1);  // loads what it needs now, not inside a signal handler
  static char stack[1 << 16];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof stack;
  ::sigaltstack(&alternate, nullptr);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    struct sigaction action = {};
    action.sa_handler = tinytorch::course::on_crash;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    ::sigaction(signal, &action, nullptr);
  }
  int code = 1;
  try {
    code = tinytorch::course::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "worker: %s\n", error.what());
  }
  std::fflush(nullptr);
  std::_Exit(code);  // destructors of the student's statics have no say any more
}
