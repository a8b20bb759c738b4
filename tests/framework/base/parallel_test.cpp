#include "tinytorch/base/parallel.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tinytorch/base/error.h"

namespace tinytorch::testing {
namespace {

/// Restores the number of threads that a test changes.
struct Threads {
  explicit Threads(int count) { set_thread_count(count); }
  ~Threads() { set_thread_count(before); }
  int before = thread_count();
};

TEST(ParallelFor, CoversEveryItemOnceInRangesThatStartAtMultiplesOfTheGrain) {
  for (int threads : {1, 2, 3, 8}) {
    const Threads guard(threads);
    for (std::int64_t count : {0, 1, 2, 7, 64, 1000}) {
      for (std::int64_t grain : {1, 3, 64, 5000}) {
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
        std::atomic<bool> aligned = true;
        parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
          if (begin % grain != 0 || begin >= end) aligned = false;
          for (std::int64_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
        });
        EXPECT_TRUE(aligned);
        for (const auto& visit : visits)
          ASSERT_EQ(visit, 1) << count << " items, grain " << grain << ", " << threads << " threads";
      }
    }
  }
}

TEST(ParallelFor, StaysInThisThreadWhenThereIsLittleToDo) {
  const Threads guard(4);
  parallel_for(10, 10, [here = std::this_thread::get_id()](std::int64_t, std::int64_t) {
    EXPECT_EQ(std::this_thread::get_id(), here);
  });
}

TEST(ParallelFor, UsesSeveralThreadsWhenThereIsMuchToDo) {
  const Threads guard(3);
  // Each of the three ranges waits until the other two have begun, which takes three threads.
  std::atomic<int> begun = 0;
  parallel_for(3, 1, [&](std::int64_t, std::int64_t) {
    ++begun;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (begun < 3 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_EQ(begun, 3);
  });
}

TEST(ParallelFor, NeedsNoHelpersInAForkedChild) {
  const Threads guard(4);
  const auto sum = [] {
    std::atomic<std::int64_t> total = 0;
    parallel_for(1000, 1, [&](std::int64_t begin, std::int64_t end) { total += end - begin; });
    return total.load();
  };
  ASSERT_EQ(sum(), 1000);  // now there are helpers, which the child does not have
  const pid_t child = ::fork();
  if (child == 0) ::_exit(sum() == 1000 ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(ParallelFor, RethrowsWhatABodyThrows) {
  for (int threads : {1, 4}) {
    const Threads guard(threads);
    EXPECT_THROW(parallel_for(100, 1,
                              [](std::int64_t, std::int64_t end) {
                                if (end == 100) throw std::runtime_error("the last range");
                              }),
                 std::runtime_error);
    std::atomic<int> sum = 0;
    parallel_for(100, 1, [&](std::int64_t begin, std::int64_t end) { sum += static_cast<int>(end - begin); });
    EXPECT_EQ(sum, 100);
  }
}

TEST(ParallelFor, InsideAnotherRunsInItsThread) {
  const Threads guard(2);
  std::atomic<int> items = 0;
  parallel_for(2, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      parallel_for(10, 1, [&, here = std::this_thread::get_id()](std::int64_t b, std::int64_t e) {
        EXPECT_EQ(std::this_thread::get_id(), here);
        items += static_cast<int>(e - b);
      });
    }
  });
  EXPECT_EQ(items, 20);
}

TEST(ThreadCount, IsAtLeastOne) {
  EXPECT_GE(thread_count(), 1);
  EXPECT_THROW(set_thread_count(0), Error);
  EXPECT_THROW(set_thread_count(-3), Error);
}

}  // namespace
}  // namespace tinytorch::testing
