#include "tinytorch/course/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

namespace tinytorch::course {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == 0) read = ends[0], write = ends[1];
  }
  ~Pipe() { close_read(), close_write(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_read() { close(read); }
  void close_write() { close(write); }
  bool good() const { return read >= 0; }

 private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

void limit(int resource, std::uint64_t value) {
  if (value == 0) return;
  const rlimit both{value, value};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

/// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(const Command& command, char* const* arguments, char* const* environment, Pipe& in, Pipe& out,
                         Pipe& answer, Pipe& failure) {
  ::setpgid(0, 0);
  int report = ::fcntl(failure.write, F_DUPFD_CLOEXEC, 10);
  // 3 may be one of our own ends: move the answer's end out of the way first.
  const int reply = ::fcntl(answer.write, F_DUPFD, 10), input = ::fcntl(in.read, F_DUPFD, 10),
            output = ::fcntl(out.write, F_DUPFD, 10);
  ::dup2(input, 0), ::dup2(output, 1), ::dup2(output, 2), ::dup2(reply, 3);
  ::close(reply), ::close(input), ::close(output);
  for (int descriptor = 4; descriptor < 1024; ++descriptor)
    if (descriptor != report) ::close(descriptor);
  const Limits& limits = command.limits;
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu_seconds));
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_FSIZE, limits.file_bytes);
  limit(RLIMIT_NOFILE, static_cast<std::uint64_t>(limits.open_files));
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (command.directory.empty() || ::chdir(command.directory.c_str()) == 0) ::execve(arguments[0], arguments, environment);
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

/// Feeds the child and reads it until both its pipes are closed, or time is up.
void converse(const Command& command, Pipe& in, Pipe& out, Pipe& answer, Clock::time_point deadline, Outcome& outcome) {
  std::span<const std::uint8_t> to_write = command.input;
  if (to_write.empty()) in.close_write();
  std::array<std::uint8_t, 65536> chunk;
  while (out.good() || answer.good()) {
    int wait = -1;
    if (command.limits.wall_seconds > 0) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) {
        outcome.end = End::timed_out;
        return;
      }
      wait = static_cast<int>(left) + 1;
    }
    std::array<pollfd, 3> events{{{in.write, POLLOUT, 0}, {out.read, POLLIN, 0}, {answer.read, POLLIN, 0}}};
    if (::poll(events.data(), events.size(), wait) < 0 && errno != EINTR) return;
    if (in.write >= 0 && events[0].revents != 0) {
      const ssize_t n = ::write(in.write, to_write.data(), to_write.size());
      if (n > 0) to_write = to_write.subspan(static_cast<std::size_t>(n));
      if ((n < 0 && errno != EAGAIN) || to_write.empty()) in.close_write();
    }
    if (out.read >= 0 && events[1].revents != 0) {
      const ssize_t n = ::read(out.read, chunk.data(), chunk.size());
      if (n <= 0) {
        out.close_read();
      } else {
        const std::int64_t room = command.limits.output_bytes - static_cast<std::int64_t>(outcome.output.size());
        const std::int64_t kept = std::min<std::int64_t>(n, std::max<std::int64_t>(room, 0));
        outcome.output.append(reinterpret_cast<const char*>(chunk.data()), static_cast<std::size_t>(kept));
        outcome.output_dropped += n - kept;
      }
    }
    if (answer.read >= 0 && events[2].revents != 0) {
      const ssize_t n = ::read(answer.read, chunk.data(), chunk.size());
      if (n <= 0) {
        answer.close_read();
      } else if (static_cast<std::int64_t>(outcome.answer.size()) + n > command.limits.answer_bytes) {
        outcome.answer_too_long = true;
        answer.close_read();
      } else {
        outcome.answer.insert(outcome.answer.end(), chunk.begin(), chunk.begin() + n);
      }
    }
  }
}

}  // namespace

Outcome run(const Command& command) {
  Outcome outcome;
  Pipe in, out, answer, failure;
  if (!in.good() || !out.good() || !answer.good() || !failure.good()) {
    outcome.reason = std::string("pipe: ") + std::strerror(errno);
    return outcome;
  }
  ::fcntl(in.write, F_SETFL, O_NONBLOCK);
  const std::vector<char*> arguments = pointers(command.arguments), environment = pointers(command.environment);
  const auto start = Clock::now();
  const auto deadline = start + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(command.limits.wall_seconds));
  const pid_t child = ::fork();
  if (child < 0) {
    outcome.reason = std::string("fork: ") + std::strerror(errno);
    return outcome;
  }
  if (child == 0) become(command, arguments.data(), environment.data(), in, out, answer, failure);
  ::setpgid(child, child);
  in.close_read(), out.close_write(), answer.close_write(), failure.close_write();
  int error = 0;
  if (::read(failure.read, &error, sizeof error) == sizeof error) {  // empty and closed once the program runs
    outcome.reason = command.arguments.at(0) + ": " + std::strerror(error);
    ::waitpid(child, nullptr, 0);
    return outcome;
  }
  outcome.end = End::exited;
  converse(command, in, out, answer, deadline, outcome);
  const bool late = outcome.end == End::timed_out;
  int status = 0;
  rusage usage{};
  if (!late) {
    // Its pipes are closed; it has until the deadline to end by itself.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0 &&
           (command.limits.wall_seconds <= 0 || Clock::now() < deadline))
      ::usleep(200);
    if (info.si_pid == 0) outcome.end = End::timed_out;
  }
  ::kill(-child, SIGKILL);
  ::wait4(child, &status, 0, &usage);
  outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  outcome.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  if (outcome.end == End::timed_out) return outcome;
  if (WIFSIGNALED(status)) {
    outcome.end = WTERMSIG(status) == SIGXCPU ? End::timed_out : End::signalled;
    outcome.code = WTERMSIG(status);
  } else {
    outcome.code = WEXITSTATUS(status);
  }
  return outcome;
}

}  // namespace tinytorch::course
