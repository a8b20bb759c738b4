#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tinytorch/course/author/findings.h"

namespace tinytorch::course {

struct Job {
  std::string name;  ///< where a finding lies if the work throws: a file
  std::function<void()> work;
};

/// Runs jobs on so many threads; an exception becomes a finding. @param progress  called by one thread at a time
void run_jobs(const std::vector<Job>& jobs, int threads, Findings& findings,
              const std::function<void(int done, int of, const std::string& what)>& progress);

}  // namespace tinytorch::course
