#include "tinytorch/course/call_filter.h"

#if defined(__linux__)

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace tinytorch::course {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_RISCV64;
#else
constexpr std::uint32_t kArchitecture = 0;  // no filter
#endif

/// What nobody needs who multiplies matrices, nor who compiles such a program. Refused with EPERM.
constexpr int kRefused[] = {
    // the network
    __NR_socket, __NR_socketpair, __NR_connect, __NR_bind, __NR_listen, __NR_accept, __NR_accept4, __NR_sendto, __NR_sendmsg,
    // looking into other processes, or stopping them
    __NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp, __NR_tkill, __NR_rt_sigqueueinfo,
    __NR_rt_tgsigqueueinfo, __NR_perf_event_open, __NR_move_pages, __NR_migrate_pages, __NR_setpriority, __NR_ioprio_set,
    __NR_sched_setscheduler, __NR_sched_setparam, __NR_sched_setattr, __NR_sched_setaffinity,
#ifdef __NR_pidfd_open
    __NR_pidfd_send_signal, __NR_pidfd_open,
#endif
#ifdef __NR_pidfd_getfd
    __NR_pidfd_getfd,
#endif
#ifdef __NR_process_madvise
    __NR_process_madvise,
#endif
#ifdef __NR_process_mrelease
    __NR_process_mrelease,
#endif
    // leaving the process group that is killed in the end
    __NR_setsid, __NR_setpgid,
    // what outlives a process
    __NR_shmget, __NR_semget, __NR_msgget, __NR_mq_open, __NR_add_key, __NR_request_key, __NR_keyctl,
    // the system's own business, and doors that were left open before
    __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_unshare, __NR_setns, __NR_bpf, __NR_userfaultfd,
    __NR_open_by_handle_at, __NR_name_to_handle_at, __NR_fanotify_init, __NR_init_module, __NR_finit_module,
    __NR_delete_module, __NR_kexec_load, __NR_reboot, __NR_swapon, __NR_swapoff, __NR_acct, __NR_quotactl, __NR_syslog,
    __NR_sethostname, __NR_setdomainname, __NR_settimeofday, __NR_clock_settime, __NR_adjtimex, __NR_clock_adjtime,
    __NR_io_setup, __NR_vmsplice,
#ifdef __NR_io_uring_setup
    __NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register,
#endif
#ifdef __NR_fsopen
    __NR_open_tree, __NR_move_mount, __NR_fsopen, __NR_fsconfig, __NR_fsmount, __NR_fspick,
#endif
#ifdef __NR_mount_setattr
    __NR_mount_setattr,
#endif
#ifdef __NR_modify_ldt
    __NR_modify_ldt, __NR_iopl, __NR_ioperm,
#endif
};
/// And what changes files, which a worker never does: not all of it is Landlock's business, and not every system has that.
constexpr int kRefusedToWorkers[] = {
    __NR_truncate, __NR_ftruncate, __NR_fallocate, __NR_fchmod, __NR_fchmodat, __NR_fchown, __NR_fchownat, __NR_utimensat,
    __NR_setxattr, __NR_lsetxattr, __NR_fsetxattr, __NR_removexattr, __NR_lremovexattr, __NR_fremovexattr, __NR_mkdirat,
    __NR_mknodat, __NR_unlinkat, __NR_symlinkat, __NR_linkat, __NR_renameat2, __NR_flock, 452 /* fchmodat2 */,
#ifdef __NR_renameat
    __NR_renameat,
#endif
#ifdef __NR_open  // architectures of old keep the first form of each
    __NR_creat, __NR_chmod, __NR_chown, __NR_lchown, __NR_utime, __NR_utimes, __NR_futimesat, __NR_mkdir, __NR_rmdir,
    __NR_mknod, __NR_unlink, __NR_symlink, __NR_link, __NR_rename,
#endif
#ifdef __NR_fork
    __NR_fork, __NR_vfork,
#endif
};
constexpr std::uint32_t kForWriting = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
constexpr std::uint32_t kHighestKnownCall = 462;  // what came later is answered as on a kernel that lacks it

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW, kKill = 0x80000000u /* SECCOMP_RET_KILL_PROCESS */,
                        kRefuse = SECCOMP_RET_ERRNO | EPERM, kMissing = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t kThread = 0x00010000, kNamespaces = 0x7e020080;  // flags of clone

}  // namespace

bool knows_calls() { return kArchitecture != 0; }

CallFilter call_filter(bool toolchain) {
  CallFilter filter;
  std::vector<CallFilter::Instruction>& instructions = filter.instructions;
  constexpr std::uint32_t kCall = offsetof(seccomp_data, nr), kArguments = offsetof(seccomp_data, args);
  const auto add = [&](int code, std::uint32_t value, int if_true = 0, int if_false = 0) {
    instructions.push_back({static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(if_true),
                       static_cast<std::uint8_t>(if_false), value});
  };
  const auto load = [&](std::uint32_t at) { add(BPF_LD | BPF_W | BPF_ABS, at); };
  const auto give = [&](std::uint32_t action) { add(BPF_RET | BPF_K, action); };
  const auto argument = [&](std::uint32_t i) { load(kArguments + 8 * i); };  // its low half: all of these are little-endian
  const auto give_if_equal = [&](std::uint32_t value, std::uint32_t action) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    give(action);
  };
  const auto give_if_any = [&](std::uint32_t bits, std::uint32_t action) {
    add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    give(action);
  };
  const auto give_if_own_process = [&](std::uint32_t action) {
    filter.own_process.push_back(instructions.size());
    give_if_equal(0, action);  // enter() puts the number in
  };
  // What `body` adds is for one call; it ends every path with an action.
  const auto for_call = [&](std::uint32_t number, const auto& body) {
    const std::size_t test = instructions.size();
    add(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 0);
    body();
    instructions[test].if_false = static_cast<std::uint8_t>(instructions.size() - test - 1);
  };

  load(offsetof(seccomp_data, arch));
  add(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
  give(kKill);
  load(kCall);
  add(BPF_JMP | BPF_JGT | BPF_K, kHighestKnownCall, 0, 1);
  give(kMissing);
  for (const int call : kRefused) give_if_equal(static_cast<std::uint32_t>(call), kRefuse);
  if (!toolchain) {
    for (const int call : kRefusedToWorkers) give_if_equal(static_cast<std::uint32_t>(call), kRefuse);
    const auto for_opening = [&](std::uint32_t call, std::uint32_t flags) {
      for_call(call, [&] {
        argument(flags);
        give_if_any(kForWriting, kRefuse);
        give(kAllow);
      });
    };
    for_opening(__NR_openat, 2);
#ifdef __NR_open
    for_opening(__NR_open, 1);
#endif
#ifdef __NR_openat2
    give_if_equal(__NR_openat2, kMissing);  // its flags lie in memory
#endif
  }
#ifdef __NR_clone3
  give_if_equal(__NR_clone3, kMissing);  // its flags lie in memory, where a filter cannot look: the C library takes clone
#endif
  for_call(__NR_clone, [&] {
    argument(0);
    give_if_any(kNamespaces, kRefuse);
    if (!toolchain) give_if_any(kThread, kAllow);
    give(toolchain ? kAllow : kRefuse);
  });
  for (const std::uint32_t call : {__NR_kill, __NR_tgkill})
    for_call(call, [&] {
      argument(0);
      give_if_own_process(kAllow);
      give(kRefuse);
    });
  for_call(__NR_prlimit64, [&] {
    argument(0);
    give_if_equal(0, kAllow);
    give_if_own_process(kAllow);
    give(kRefuse);
  });
  for_call(__NR_prctl, [&] {
    argument(0);
    give_if_equal(PR_SET_PDEATHSIG, kRefuse);  // it dies with its parent
    give(kAllow);
  });
  for_call(__NR_fcntl, [&] {  // a pipe can be made to send signals to its "owner"
    argument(1);
    for (const std::uint32_t what : {F_SETOWN, F_SETOWN_EX, F_SETSIG}) give_if_equal(what, kRefuse);
    give(kAllow);
  });
  give(kAllow);
  return filter;
}

bool put_on(CallFilter& filter) noexcept {
  for (const std::size_t at : filter.own_process) filter.instructions[at].value = static_cast<std::uint32_t>(::getpid());
  static_assert(sizeof(CallFilter::Instruction) == sizeof(sock_filter));
  sock_fprog program{static_cast<unsigned short>(filter.instructions.size()),
                     reinterpret_cast<sock_filter*>(filter.instructions.data())};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace tinytorch::course

#endif
