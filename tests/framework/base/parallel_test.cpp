#include "tinytorch/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <numeric>
#include <set>
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
  std::mutex mutex;
  std::set<std::thread::id> ids;
  parallel_for(300, 1, [&](std::int64_t, std::int64_t) {
    const std::lock_guard lock(mutex);
    ids.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(ids.size(), 3u);
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
