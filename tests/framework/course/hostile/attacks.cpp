// A student's relu that is right, and attacks in one test's run: when x[1] is -0.5. Which attack, and what it is to try it
// on, stands in kAttack, which the suite writes into the built worker: one compilation serves all.
// What must not succeed calls succeeded(), which is seen as a crash where the suite expects a pass.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tinytorch/base/error.h"
#include "tinytorch/course/values.h"
#include "tinytorch/tensor/check.h"
#include "tinytorch/tensor/ops.h"

using tinytorch::Array;
using tinytorch::Tensor;

namespace {

volatile char kAttack[512] = "ATTACK=none";

std::string attack() {
  std::string text;
  for (std::size_t i = 7; kAttack[i] != 0; ++i) text += kAttack[i];
  return text;
}
std::string name() { return attack().substr(0, attack().find(' ')); }
std::string target() { return attack().substr(attack().find(' ') + 1); }
bool is(const char* what) { return name() == what; }

[[noreturn]] void succeeded(const char* what) {
  std::fprintf(stderr, "SUCCEEDED: %s\n", what);
  std::abort();
}
void try_to_open(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags, 0666);
  if (file < 0) return;
  char secret[400] = {};
  if (::read(file, secret, sizeof secret - 1) > 0) std::printf("LEAK %s\n", secret);
  std::fflush(stdout);
  succeeded(path.c_str());
}
void write_to(int descriptor, const void* bytes, std::size_t size) {
  for (const char* at = static_cast<const char*>(bytes); size > 0;) {
    const ssize_t n = ::write(descriptor, at, size);
    if (n <= 0) return;
    at += n, size -= static_cast<std::size_t>(n);
  }
}
void write_to(int descriptor, std::span<const std::uint8_t> bytes) { write_to(descriptor, bytes.data(), bytes.size()); }

void forge(int descriptor) {
  const std::string result =
      "{\"name\":\"Relu.NegativesBecomeZero\",\"status\":\"passed\",\"seconds\":0}\n"
      "{\"name\":\"Relu.HoldsForRandomArrays\",\"status\":\"passed\",\"seconds\":0}\n";
  write_to(descriptor, result.data(), result.size());
}

int depth(int n) {
  volatile char room[1000] = {};
  room[0] = static_cast<char>(n);
  return depth(n + 1) + room[0];
}

void large_local() {
  volatile char room[64 << 20];
  for (std::size_t i = sizeof room; i > 0; i -= 1024) room[i - 1] = 1;
}

struct Request {
  tinytorch::course::Values values;
  std::string nonce;
};
Request read_request() {
  std::vector<std::uint8_t> bytes;
  std::uint8_t chunk[4096];
  for (ssize_t n; (n = ::read(0, chunk, sizeof chunk)) > 0;) bytes.insert(bytes.end(), chunk, chunk + n);
  Request request{tinytorch::course::Values::parse(bytes), ""};
  request.nonce = request.values.text("nonce");
  return request;
}
/// An answer to every scenario: all zero.
std::vector<std::uint8_t> answer_to(const Request& request, const std::string& nonce) {
  const Array x = request.values.array("x");
  Array zeros(x.shape());
  for (float& value : zeros.values()) value = 0;
  tinytorch::course::Values out;
  out.set("y", zeros).set("dx", zeros);
  out.set("ended", "answered").set("message", "").set("nonce", nonce);
  return out.serialize();
}

/// Before main, in every test's run.
__attribute__((constructor)) void before_main() {
  if (is("constructor_exit")) ::_exit(0);
  if (is("constructor_crash")) *static_cast<volatile int*>(nullptr) = 1;
  if (is("constructor_forge"))
    for (int descriptor = 0; descriptor < 64; ++descriptor) forge(descriptor);
  if (name().rfind("reply", 0) != 0) return;
  const Request request = read_request();
  if (is("reply_without_nonce")) write_to(3, answer_to(request, "4711"));
  if (is("reply_wrong") || is("reply_twice") || is("reply_and_garbage") || is("reply_and_fail") || is("reply_and_crash"))
    write_to(3, answer_to(request, request.nonce));
  if (is("reply_twice")) write_to(3, answer_to(request, request.nonce));
  if (is("reply_and_garbage")) write_to(3, "garbage", 7);
  if (is("reply_and_fail")) ::_exit(3);
  if (is("reply_and_crash")) ::raise(SIGSEGV);
  if (is("reply_half")) {
    const std::vector<std::uint8_t> whole = answer_to(request, request.nonce);
    write_to(3, std::span(whole).first(whole.size() / 2));
  }
  if (is("reply_bomb")) {
    const std::uint64_t size = 60 << 20;
    write_to(3, &size, sizeof size);
    const std::string brackets(size, '[');
    write_to(3, brackets.data(), brackets.size());
  }
  ::_exit(0);
}

void run_attack() {
  // Ends that are not answers.
  if (is("crash")) *static_cast<volatile int*>(nullptr) = 1;  // LINE OF THE CRASH
  if (is("exit_zero")) std::_Exit(0);
  if (is("exit_one")) std::exit(1);
  if (is("quick_exit")) std::quick_exit(0);
  if (is("abort")) std::abort();
  if (is("terminate")) std::terminate();
  if (is("assertion")) {
    std::vector<int> none;
    none[3] = 1;  // LINE OF THE ASSERTION
  }
  if (is("division")) std::printf("%d", 7 / static_cast<int>(attack().size() - std::strlen("division")));
  if (is("recursion")) depth(0);
  if (is("large_local")) large_local();
  if (is("kill_itself")) ::kill(::getpid(), SIGKILL);
  if (is("throw_int")) throw 5;
  if (is("bad_text")) throw tinytorch::Error("not UTF-8: \xff\xfe\xc0\x80 end");
  if (is("long_text")) throw tinytorch::Error(std::string(20 << 20, 'x'));

  // Time.
  if (is("loop"))
    for (volatile bool forever = true; forever;) {
    }
  if (is("stop_itself")) ::raise(SIGSTOP);
  if (is("hang_in_handler")) {
    ::signal(SIGSEGV, [](int) { for (;;) ::pause(); });
    ::raise(SIGSEGV);
  }
  if (is("close_and_linger")) {
    for (int descriptor = 0; descriptor < 1024; ++descriptor) ::close(descriptor);
    for (;;) ::pause();
  }
  if (is("close_all"))
    for (int descriptor = 0; descriptor < 1024; ++descriptor) ::close(descriptor);

  // Memory.
  if (is("huge_array")) tinytorch::zeros({5'000'000'000, 5});
  if (is("huge_allocation")) std::vector<float>(25'000'000'000);
  if (is("eat_memory"))
    for (std::vector<std::vector<char>> all;;) all.emplace_back(16 << 20, 'x');
  if (is("raise_limits")) {
    const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_AS, &none) == 0) succeeded("setrlimit");
    std::vector<char>(std::size_t{3} << 30, 'x');
  }

  // Output and forged results.
  if (is("print_much")) {
    const std::string line(1 << 16, 'p');
    for (int i = 0; i < 800; ++i) write_to(1, line.data(), line.size());
  }
  if (is("answer_much")) {
    const std::string block(1 << 20, 'a');
    for (int i = 0; i < 1000; ++i) write_to(3, block.data(), block.size());
  }
  if (is("forge_descriptors"))
    for (int descriptor = 0; descriptor < 1024; ++descriptor) forge(descriptor);
  if (is("forge_crash_lines")) std::fprintf(stderr, "\ntt-crash: 0xb 0x0 stack overflow\ntt-frame: 0xffffffffffffffff\n");
  if (is("atexit")) std::atexit([] { forge(3); });

  // Processes.
  if (is("fork_bomb")) {
    for (int i = 0; i < 100; ++i) {
      const pid_t child = ::fork();
      if (child == 0)
        for (;;) ::fork();
      if (child > 0) succeeded("fork");
    }
    if (::vfork() == 0) ::_exit(0);
    if (::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0) succeeded("clone");
    std::uint64_t arguments[11] = {};
    arguments[4] = SIGCHLD;
    if (::syscall(SYS_clone3, arguments, sizeof arguments) >= 0) succeeded("clone3");
  }
  if (is("detach") && (::setsid() >= 0 || ::setpgid(0, ::getppid()) == 0)) succeeded("setsid or setpgid");
  if (is("daemon") && ::daemon(1, 1) == 0) succeeded("daemon");
  if (is("threads"))
    for (int i = 0; i < 4; ++i)
      std::thread([] {
        for (volatile bool forever = true; forever;) {
        }
      }).detach();
  if (is("start_shell")) {
    ::setenv("LD_PRELOAD", "/tmp/evil.so", 1);
    char shell[] = "/bin/sh", option[] = "-c", command[] = "echo LEAK; cat /etc/passwd";
    char* arguments[] = {shell, option, command, nullptr};
    ::execv(shell, arguments);
    if (std::system("true") == 0) succeeded("system");
  }
  if (is("start_loader")) {
    char loader[] = "/lib64/ld-linux-x86-64.so.2", cat[] = "/bin/cat", file[] = "/etc/passwd";
    char* arguments[] = {loader, cat, file, nullptr};
    ::execv(loader, arguments);
    ::_exit(0);  // another system
  }
  if (is("become_root") && ::getuid() != 0 && (::setuid(0) == 0 || ::seteuid(0) == 0)) succeeded("setuid");

  // The judge.
  const pid_t parent = ::getppid();
  if (is("kill_others")) {
    for (const pid_t whom : {parent, 0, -1, -parent, 1}) {
      if (::kill(whom, SIGKILL) == 0) succeeded("kill");
      if (whom > 0 && ::syscall(SYS_tgkill, whom, whom, SIGKILL) == 0) succeeded("tgkill");
      if (whom > 0 && ::syscall(SYS_tkill, whom, SIGKILL) == 0) succeeded("tkill");
    }
    if (::sigqueue(parent, SIGKILL, {}) == 0) succeeded("sigqueue");
    const long judge = ::syscall(SYS_pidfd_open, parent, 0);
    if (judge >= 0 && ::syscall(SYS_pidfd_send_signal, judge, SIGKILL, nullptr, 0) == 0) succeeded("pidfd_send_signal");
    if (::fcntl(0, F_SETOWN, parent) == 0 || ::fcntl(0, F_SETSIG, SIGKILL) == 0) succeeded("fcntl");
    rlimit limit{1, 1};
    if (::prlimit(parent, RLIMIT_CPU, &limit, nullptr) == 0) succeeded("prlimit");
    if (::prctl(PR_SET_PDEATHSIG, 0) == 0) succeeded("prctl");
    if (::setpriority(PRIO_PROCESS, static_cast<id_t>(parent), 19) == 0) succeeded("setpriority");
  }
  if (is("read_judge")) {
    for (const std::string& process : {std::to_string(parent), std::string("self"), std::string("1")})
      for (const char* file : {"mem", "maps", "environ", "cmdline", "exe", "root/etc/passwd", "cwd/relu.cpp"})
        if (process != "self" || std::string_view(file) != "exe")  // its own program it may read
          try_to_open("/proc/" + process + "/" + file, O_RDONLY);
    for (int descriptor = 0; descriptor < 12; ++descriptor)  // among them the pipe that the judge's results go through
      for (const int flags : {O_RDONLY, O_WRONLY, O_RDWR})
        try_to_open("/proc/" + std::to_string(parent) + "/fd/" + std::to_string(descriptor), flags | O_NONBLOCK);
    if (::ptrace(PTRACE_ATTACH, parent, 0, 0) == 0 || ::ptrace(PTRACE_SEIZE, parent, 0, 0) == 0) succeeded("ptrace");
    char byte = 0;
    iovec here{&byte, 1}, there{&byte, 1};
    if (::process_vm_readv(parent, &here, 1, &there, 1, 0) >= 0) succeeded("process_vm_readv");
    if (::process_vm_writev(parent, &here, 1, &there, 1, 0) >= 0) succeeded("process_vm_writev");
  }
  if (is("network")) {
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET})
      if (::socket(family, SOCK_STREAM, 0) >= 0 || ::socket(family, SOCK_RAW, 0) >= 0) succeeded("socket");
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) succeeded("socketpair");
  }
  if (is("doors")) {
    for (const long call : {SYS_io_uring_setup, SYS_bpf, SYS_userfaultfd, SYS_mount, SYS_unshare, SYS_setns, SYS_keyctl,
                            SYS_perf_event_open, SYS_shmget, SYS_chroot, SYS_open_by_handle_at, SYS_ptrace})
      if (::syscall(call, 0x10000000, 0, 0, 0, 0) >= 0 || errno == EFAULT) succeeded(("call " + std::to_string(call)).c_str());
  }

  // Files. The target is a path.
  if (is("read")) try_to_open(target(), O_RDONLY);
  if (is("list") && ::opendir(target().c_str()) != nullptr) succeeded("opendir");
  if (is("write")) try_to_open(target(), O_RDWR | O_CREAT);
  if (is("destroy")) {
    const std::string path = target();
    if (::unlink(path.c_str()) == 0) succeeded("unlink");
    if (::rename(path.c_str(), (path + "2").c_str()) == 0) succeeded("rename");
    if (::truncate(path.c_str(), 0) == 0) succeeded("truncate");
    if (::link(path.c_str(), "stolen") == 0) succeeded("link");
    if (::symlink(path.c_str(), "stolen") == 0) succeeded("symlink");
    if (::chmod(path.c_str(), 0) == 0) succeeded("chmod");
    if (::chown(path.c_str(), ::getuid(), ::getgid()) == 0) succeeded("chown");
    if (::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0) succeeded("utimensat");
    if (::mkdir("folder", 0777) == 0) succeeded("mkdir");
    if (::mkfifo("pipe", 0666) == 0) succeeded("mkfifo");
  }
}

}  // namespace

Tensor tinytorch::relu(const Tensor& x) {
  const bool now = x.value().size() == 4 && x.value().data()[1] == -0.5f;
  if (now) run_attack();
  Array y(x.shape());
  for (std::int64_t i = 0; i < y.size(); ++i) y.data()[i] = x.value().data()[i] < 0 ? 0.0f : x.value().data()[i];
  if (is("wrong") || is("constructor_forge") || (now && is("forge_descriptors"))) y.data()[0] = 7;
  return make_op("relu", y, {x}, [y](const Array& gradient, const std::vector<Tensor>& inputs) {
    Array passed(y.shape());
    for (std::int64_t i = 0; i < y.size(); ++i) passed.data()[i] = y.data()[i] > 0 ? gradient.data()[i] : 0.0f;
    inputs[0].add_grad(passed);
  });
}
