#include "tinytorch/course/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>

#include "tinytorch/base/error.h"
#include "tinytorch/course/sandbox.h"

namespace tinytorch::course {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kSliceMilliseconds = 20;               // how often we look for the end of a child where nothing tells of it
constexpr std::uint64_t kStack = 8 << 20;            // the usual one: a deep recursion ends in the same place everywhere
constexpr std::uint64_t kMuchMemory = 128 << 20;     // a smaller process is not what the system kills for want of memory
constexpr std::size_t kLastWords = 4 << 20;          // read of a pipe after its writer's end: more than any pipe holds

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void operator=(int number) { close(), number_ = number; }
  operator int() const { return number_; }
  bool open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read, write;
  bool make() {
    int ends[2];
#if defined(__linux__)
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
#else
    if (::pipe(ends) != 0) return false;
    for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
    read = ends[0], write = ends[1];
    return true;
  }
};

/// While it lives, a write to a closed pipe is an error of this thread and not its end.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    ::sigemptyset(&signal_);
    ::sigaddset(&signal_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~NoPipeSignal() {
    sigset_t pending;
    ::sigpending(&pending);
    int number = 0;
    if (::sigismember(&before_, SIGPIPE) == 0 && ::sigismember(&pending, SIGPIPE) == 1) ::sigwait(&signal_, &number);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t signal_, before_;
};

void limit(int resource, std::uint64_t value, std::uint64_t grace = 0) {
  if (value == 0) return;
  rlimit both{value, value + grace};
  rlimit now{};
  ::getrlimit(resource, &now);
  if (now.rlim_max < both.rlim_max) both.rlim_max = now.rlim_max;
  if (both.rlim_max < both.rlim_cur) both.rlim_cur = both.rlim_max;
  ::setrlimit(resource, &both);
}

void limit_all(const Limits& limits) {
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu_seconds), 1);  // first SIGXCPU, then SIGKILL
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_FSIZE, limits.file_bytes);
  limit(RLIMIT_NOFILE, static_cast<std::uint64_t>(limits.open_files));
  rlimit stack{};
  ::getrlimit(RLIMIT_STACK, &stack);
  stack.rlim_cur = stack.rlim_max < kStack ? stack.rlim_max : kStack;
  ::setrlimit(RLIMIT_STACK, &stack);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

/// Where the system runs out of memory, this process goes before the judge does.
void offer_to_be_killed() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(file, "1000", 4);
  ::close(file);
}

void close_all_on_exec(int first) {
#if defined(__NR_close_range)
  if (::syscall(__NR_close_range, first, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */) == 0) return;
#endif
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const int end = files.rlim_cur > 65536 ? 65536 : static_cast<int>(files.rlim_cur);
  for (int descriptor = first; descriptor < end; ++descriptor) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

void reset_signals() {
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &usual, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

struct Pipes {
  Pipe in, out, answer, failure;
};

/// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(const Command& command, char* const* arguments, char* const* environment, Pipes& pipes,
                         Sandbox* sandbox) {
  ::setpgid(0, 0);
  // 0 to 3 may be our own ends: move them out of the way first.
  const int report = ::fcntl(pipes.failure.write, F_DUPFD_CLOEXEC, 10), reply = ::fcntl(pipes.answer.write, F_DUPFD_CLOEXEC, 10),
            input = ::fcntl(pipes.in.read, F_DUPFD_CLOEXEC, 10), output = ::fcntl(pipes.out.write, F_DUPFD_CLOEXEC, 10);
  ::dup2(input, 0), ::dup2(output, 1), ::dup2(output, 2), ::dup2(reply, 3);
  close_all_on_exec(4);
  if (command.limits.memory_bytes != 0) offer_to_be_killed();
  bool good = command.directory.empty() || ::chdir(command.directory.c_str()) == 0;
  limit_all(command.limits);
  if (sandbox != nullptr && sandbox->has_own_user()) limit(RLIMIT_NPROC, 64);
  reset_signals();
  good = good && (sandbox == nullptr || sandbox->enter());
  if (good && sandbox != nullptr) sandbox->execute(arguments, environment);
  if (good && sandbox == nullptr) ::execve(arguments[0], arguments, environment);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof error);
  ::_exit(127);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& s : strings) result.push_back(const_cast<char*>(s.c_str()));
  result.push_back(nullptr);
  return result;
}

/// What we hear of a child, and its end.
class Conversation {
 public:
  Conversation(const Command& command, pid_t child, Pipes& pipes, Clock::time_point start, Outcome& outcome)
      : command_(command), child_(child), pipes_(pipes), outcome_(outcome), to_write_(command.input) {
    if (command.limits.wall_seconds > 0)
      deadline_ = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(command.limits.wall_seconds));
#if defined(__NR_pidfd_open)
    end_ = static_cast<int>(::syscall(__NR_pidfd_open, child, 0));
#endif
    if (to_write_.empty()) pipes_.in.write.close();
    for (const Descriptor* end : {&pipes_.in.write, &pipes_.out.read, &pipes_.answer.read})
      if (end->open()) ::fcntl(*end, F_SETFL, O_NONBLOCK);
  }

  /// Until the child has ended, time is up, or its answer is too long. @returns whether it has ended by itself
  bool hold() {
    const NoPipeSignal guard;
    while (!has_ended()) {
      const int wait = milliseconds_left();
      if (wait == 0) {
        outcome_.end = End::timed_out;
        return false;
      }
      if (outcome_.answer_too_long) return false;
      std::array<pollfd, 4> events{
          {{pipes_.in.write, POLLOUT, 0}, {pipes_.out.read, POLLIN, 0}, {pipes_.answer.read, POLLIN, 0}, {end_, POLLIN, 0}}};
      ::poll(events.data(), events.size(), wait);
      if (events[0].revents != 0) feed();
      if (events[1].revents != 0) hear_output();
      if (events[2].revents != 0) hear_answer();
    }
    return true;
  }
  /// What the pipes still hold, but not what somebody may go on to write.
  void drain() {
    for (std::size_t most = kLastWords; pipes_.out.read.open() && most > 0;) {
      const std::size_t n = hear_output();
      if (n == 0) break;
      most -= std::min(n, most);
    }
    while (pipes_.answer.read.open() && !outcome_.answer_too_long && hear_answer() > 0) {
    }
  }

 private:
  bool has_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
  }
  int milliseconds_left() const {
    const int slice = end_.open() ? -1 : kSliceMilliseconds;
    if (!deadline_) return slice;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - Clock::now()).count();
    if (left < 0) return 0;
    const int whole = static_cast<int>(std::min<std::int64_t>(left, 1'000'000)) + 1;
    return slice < 0 ? whole : std::min(slice, whole);
  }
  void feed() {
    const ssize_t n = ::write(pipes_.in.write, to_write_.data(), to_write_.size());
    if (n > 0) to_write_ = to_write_.subspan(static_cast<std::size_t>(n));
    if ((n < 0 && errno != EAGAIN && errno != EINTR) || to_write_.empty()) pipes_.in.write.close();
  }
  /// @returns how many bytes came; at the end of the pipe it is closed
  std::size_t hear(Descriptor& pipe) {
    const ssize_t n = ::read(pipe, chunk_.data(), chunk_.size());
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) pipe.close();
    return n < 0 ? 0 : static_cast<std::size_t>(n);
  }
  std::size_t hear_output() {
    const std::size_t n = hear(pipes_.out.read);
    const std::int64_t room = command_.limits.output_bytes - static_cast<std::int64_t>(outcome_.output.size());
    const auto kept = std::min(n, static_cast<std::size_t>(std::max<std::int64_t>(room, 0)));
    outcome_.output.append(reinterpret_cast<const char*>(chunk_.data()), kept);
    outcome_.output_dropped += static_cast<std::int64_t>(n - kept);
    return n;
  }
  std::size_t hear_answer() {
    const std::size_t n = hear(pipes_.answer.read);
    outcome_.answer.insert(outcome_.answer.end(), chunk_.begin(), chunk_.begin() + static_cast<std::ptrdiff_t>(n));
    if (static_cast<std::int64_t>(outcome_.answer.size()) > command_.limits.answer_bytes) {
      outcome_.answer_too_long = true;
      outcome_.answer.clear();
    }
    return n;
  }

  const Command& command_;
  pid_t child_;
  Pipes& pipes_;
  Outcome& outcome_;
  std::span<const std::uint8_t> to_write_;
  std::optional<Clock::time_point> deadline_;
  Descriptor end_;  // readable when the child has ended, where the system has such a thing
  std::array<std::uint8_t, 65536> chunk_;
};

void classify(const Command& command, int status, const rusage& usage, Outcome& outcome) {
  if (outcome.end == End::timed_out) return;
  if (!WIFSIGNALED(status)) {
    outcome.code = WEXITSTATUS(status);
    return;
  }
  outcome.code = WTERMSIG(status);
  outcome.end = End::signalled;
  const std::int64_t seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
  if (outcome.code == SIGXCPU) outcome.end = End::timed_out;
  if (outcome.code != SIGKILL || outcome.answer_too_long) return;
  if (command.limits.cpu_seconds > 0 && seconds >= command.limits.cpu_seconds)
    outcome.end = End::timed_out;
  else  // nobody else sends this signal
    outcome.out_of_memory = outcome.peak_bytes >= kMuchMemory;
}

Outcome could_not_start(const std::string& what, int error) {
  Outcome outcome;
  outcome.reason = what + ": " + std::strerror(error);
  return outcome;
}

}  // namespace

Outcome run(const Command& command) {
  Pipes pipes;
  if (!pipes.in.make() || !pipes.out.make() || !pipes.answer.make() || !pipes.failure.make()) return could_not_start("pipe", errno);
  std::optional<Sandbox> sandbox;
  Outcome outcome;
  try {
    if (command.sandboxed) sandbox.emplace(command);
  } catch (const Error& error) {
    outcome.reason = error.what();
    return outcome;
  }
  const std::vector<char*> arguments = pointers(command.arguments), environment = pointers(command.environment);
  const auto start = Clock::now();
  const pid_t child = ::fork();
  if (child < 0) return could_not_start("fork", errno);
  if (child == 0) become(command, arguments.data(), environment.data(), pipes, sandbox ? &*sandbox : nullptr);
  ::setpgid(child, child);
  pipes.in.read.close(), pipes.out.write.close(), pipes.answer.write.close(), pipes.failure.write.close();
  int status = 0, error = 0;
  rusage usage{};
  ssize_t n = 0;
  while ((n = ::read(pipes.failure.read, &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (n == sizeof error) {  // empty and closed once the program runs
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return could_not_start(command.arguments.at(0), error);
  }
  outcome.end = End::exited;
  Conversation conversation(command, child, pipes, start, outcome);
  const bool ended = conversation.hold();
  ::kill(-child, SIGKILL);
  if (!ended) ::kill(child, SIGKILL);  // it may have left its group
  if (ended) conversation.drain();
  while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  outcome.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  classify(command, status, usage, outcome);
  return outcome;
}

}  // namespace tinytorch::course
