#include "tinytorch/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "tinytorch/base/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tinytorch {
namespace {

int available_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::atomic<int>& threads() {
  static std::atomic<int> count = available_cores();
  return count;
}

void pause_cpu() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

thread_local bool t_inside = false;  ///< this thread runs a body: calls from there are not split again

/// One call of parallel_for: parts that whoever has time takes one after the other.
struct Job {
  FunctionRef<void(std::int64_t, std::int64_t)> body;
  std::int64_t count, grain, pieces, parts;
  std::atomic<std::int64_t> next{0};
  std::mutex error_mutex;
  std::exception_ptr error;

  void run() {
    for (std::int64_t part; (part = next.fetch_add(1, std::memory_order_relaxed)) < parts;) {
      const std::int64_t begin = pieces * part / parts * grain;
      const std::int64_t end = std::min(count, pieces * (part + 1) / parts * grain);
      try {
        body(begin, end);
      } catch (...) {
        const std::lock_guard lock(error_mutex);
        error = std::current_exception();
      }
    }
  }
};

/// Threads that help with one job at a time. The caller works too and takes every part that nobody else has begun, so
/// it waits only for parts under way: a helper that the system has not woken (a busy machine, a forked child) costs
/// nothing.
class Pool {
 public:
  void run(Job& job, std::size_t helpers) {
    const std::unique_lock busy(callers_, std::try_to_lock);
    if (!busy) return job.run();  // another thread's job has the helpers
    {
      const std::lock_guard lock(mutex_);
      try {
        for (; started_ < helpers; ++started_) std::thread([this, id = started_] { help(id); }).detach();
      } catch (const std::system_error&) {  // no more threads to be had: then with those there are
      }
      job_ = &job;
      helpers_ = helpers;
    }
    generation_.fetch_add(1);
    if (sleeping_.load() > 0) generation_.notify_all();
    job.run();
    {
      const std::lock_guard lock(mutex_);
      job_ = nullptr;  // nobody joins from here on
    }
    for (int spins = 0; active_.load(std::memory_order_acquire) > 0; ++spins) {
      if (spins < kSpins) {
        pause_cpu();
      } else {
        std::this_thread::yield();
      }
    }
  }

 private:
  /// Between the steps of a training batch work comes back within microseconds: that long a helper stays awake.
  static constexpr int kSpins = 2000;

  void help(std::size_t id) {
    t_inside = true;
    for (int last = 0;;) {
      for (int spins = 0; generation_.load() == last && spins < kSpins; ++spins) pause_cpu();
      ++sleeping_;
      generation_.wait(last);
      --sleeping_;
      last = generation_.load();
      Job* job = nullptr;
      {
        const std::lock_guard lock(mutex_);
        if (job_ == nullptr || id >= helpers_) continue;
        job = job_;
        active_.fetch_add(1);
      }
      job->run();
      active_.fetch_sub(1, std::memory_order_release);
    }
  }

  std::mutex callers_, mutex_;
  std::size_t started_ = 0, helpers_ = 0;
  Job* job_ = nullptr;
  std::atomic<int> generation_{0};  ///< raised for each job; an int, so that the system can wait on it directly
  std::atomic<int> active_{0}, sleeping_{0};
};

/// Never destroyed: its threads may sleep in it until the process ends.
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

}  // namespace

int thread_count() { return threads(); }

void set_thread_count(int count) {
  if (count < 1) throw Error("[threads] " + std::to_string(count) + ": at least one is needed");
  threads() = count;
}

void parallel_for(std::int64_t count, std::int64_t grain, FunctionRef<void(std::int64_t, std::int64_t)> body) {
  if (count <= 0) return;
  grain = std::max<std::int64_t>(grain, 1);
  const std::int64_t pieces = (count + grain - 1) / grain;
  const std::int64_t parts = std::min<std::int64_t>(pieces, thread_count());
  if (parts == 1 || t_inside) return body(0, count);

  Job job{
      .body = body, .count = count, .grain = grain, .pieces = pieces, .parts = parts, .error_mutex = {}, .error = {}};
  t_inside = true;
  pool().run(job, static_cast<std::size_t>(parts - 1));
  t_inside = false;
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace tinytorch
