#include "tinytorch/course/author/jobs.h"

#include <atomic>
#include <exception>
#include <thread>

namespace tinytorch::course {

void run_jobs(const std::vector<Job>& jobs, int threads, Findings& findings,
              const std::function<void(int done, int of, const std::string& what)>& progress) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  int done = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < jobs.size(); i = next++) {
      try {
        jobs[i].work();
      } catch (const std::exception& error) {
        findings.add(jobs[i].name, error.what());
      }
      const std::lock_guard lock(mutex);
      ++done;
      if (progress) progress(done, static_cast<int>(jobs.size()), jobs[i].name);
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
}

}  // namespace tinytorch::course
