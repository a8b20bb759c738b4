#include "tinytorch/base/parallel.h"

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <exception>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

int available_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return std::max(1, omp_get_num_procs());
  return std::max(1, CPU_COUNT(&set));
}

int& threads() {
  static int count = available_cores();
  return count;
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
  const auto workers = static_cast<int>(std::min<std::int64_t>(pieces, thread_count()));
  if (workers == 1 || omp_in_parallel()) return body(0, count);

  std::exception_ptr error;
#pragma omp parallel num_threads(workers)
  {
    const std::int64_t id = omp_get_thread_num(), team = omp_get_num_threads();
    const std::int64_t begin = pieces * id / team * grain;
    const std::int64_t end = std::min(count, pieces * (id + 1) / team * grain);
    try {
      if (begin < end) body(begin, end);
    } catch (...) {
#pragma omp critical(tinytorch_parallel_for)
      error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace tinytorch
