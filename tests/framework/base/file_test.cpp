#include "tinytorch/base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <numeric>

#include "tinytorch/base/error.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch::testing {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

std::string text_of(const fs::path& path) {
  const Bytes bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

/// A directory of this test's own, removed with all that is in it.
class File : public ::testing::Test {
 protected:
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(directory_)) result.push_back(entry.path().filename().string());
    return result;
  }

  /// Runs body in a child process and returns what waitpid says of it. A body that throws Error exits with 2.
  template <class Body>
  static int in_child(Body body) {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        body();
      } catch (const Error&) {
        ::_exit(2);
      }
      ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
  }

  void expect_error(const std::function<void()>& call, const fs::path& path, const std::string& reason) {
    try {
      call();
      ADD_FAILURE() << "no error for " << path;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::AllOf(::testing::HasSubstr(path.string()), ::testing::HasSubstr(reason)));
    }
  }

  const TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path;
};

TEST_F(File, ReadsBackEveryByteThatWasWritten) {
  Bytes bytes(100'003);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  write_file(directory_ / "a", bytes);
  EXPECT_EQ(read_file(directory_ / "a"), bytes);
  write_file(directory_ / "a", "short");
  EXPECT_EQ(text_of(directory_ / "a"), "short");
  write_file(directory_ / "a", "");
  EXPECT_EQ(text_of(directory_ / "a"), "");
  EXPECT_THAT(names(), ::testing::ElementsAre("a"));
}

TEST_F(File, IsWrittenInPieces) {
  write_file(directory_ / "a", [](const ByteSink& sink) {
    for (std::uint8_t i = 0; i < 5; ++i) sink(std::span(&i, 1));
    sink({});
  });
  EXPECT_EQ(read_file(directory_ / "a"), (Bytes{0, 1, 2, 3, 4}));
}

TEST_F(File, HasThePermissionsOfAnyNewFile) {
  write_file(directory_ / "a", "x");
  std::ofstream(directory_ / "b") << "x";
  struct stat a {
  }, b{};
  ASSERT_EQ(::stat((directory_ / "a").c_str(), &a), 0);
  ASSERT_EQ(::stat((directory_ / "b").c_str(), &b), 0);
  EXPECT_EQ(a.st_mode, b.st_mode);
}

TEST_F(File, ThatIsMissingADirectoryOrTooLargeIsNotRead) {
  write_file(directory_ / "five", "12345");
  expect_error([&] { read_file(directory_ / "none"); }, directory_ / "none", "cannot be read: No such file");
  expect_error([&] { read_file(directory_); }, directory_, "is a directory");
  expect_error([&] { read_file(directory_ / "five", 4); }, directory_ / "five", "larger than the limit of 4 bytes");
  EXPECT_EQ(read_file(directory_ / "five", 5).size(), 5u);
}

TEST_F(File, WithoutASizeOfItsOwnIsReadToItsEndAndHeldToTheLimit) {
  const fs::path pipe = directory_ / "pipe";
  for (const bool fits : {true, false}) {
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(SIGPIPE, SIG_IGN);
      std::ofstream(pipe) << std::string(300'000, 'x');
      ::_exit(0);
    }
    if (fits) {
      EXPECT_EQ(read_file(pipe, 300'000).size(), 300'000u);
    } else {
      expect_error([&] { read_file(pipe, 299'999); }, pipe, "larger than the limit");
    }
    ::waitpid(child, nullptr, 0);
    fs::remove(pipe);
  }
}

TEST_F(File, IsNotWrittenWhereItCannotBe) {
  expect_error([&] { write_file(directory_, "x"); }, directory_, "is a directory");
  expect_error([&] { write_file(directory_ / "no" / "a", "x"); }, directory_ / "no" / "a",
               "cannot be written: No such file");
  const fs::path pipe = directory_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  expect_error([&] { write_file(pipe, "x"); }, pipe, "not a regular file");
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_THAT(names(), ::testing::ElementsAre("pipe"));
}

TEST_F(File, ThatASymbolicLinkNamesIsReplacedBehindTheLink) {
  write_file(directory_ / "target", "old");
  fs::create_symlink("target", directory_ / "link");
  write_file(directory_ / "link", "new");
  EXPECT_TRUE(fs::is_symlink(directory_ / "link"));
  EXPECT_EQ(text_of(directory_ / "target"), "new");
}

TEST_F(File, KeepsItsOldBytesWhenTheProducerThrows) {
  write_file(directory_ / "a", "old");
  EXPECT_THROW(write_file(directory_ / "a",
                          [](const ByteSink& sink) {
                            sink(Bytes(100'000));
                            throw std::runtime_error("in the middle");
                          }),
               std::runtime_error);
  EXPECT_EQ(text_of(directory_ / "a"), "old");
  EXPECT_THAT(names(), ::testing::ElementsAre("a"));
}

TEST_F(File, KeepsItsOldBytesWhenTheDiskIsFull) {
  // A limit on the size of files stands for a full disk. Unless it is ignored, its signal would end the process.
  write_file(directory_ / "a", "old");
  const int status = in_child([&] {
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    write_file(directory_ / "a", Bytes(100'000));
  });
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_EQ(text_of(directory_ / "a"), "old");
  EXPECT_THAT(names(), ::testing::ElementsAre("a"));
}

TEST_F(File, HoldsItsOldBytesWhenTheProcessIsKilledInTheMiddle) {
  write_file(directory_ / "a", "old");
  const int status = in_child([&] {
    write_file(directory_ / "a", [](const ByteSink& sink) {
      sink(Bytes(100'000));
      ::kill(::getpid(), SIGKILL);
    });
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(text_of(directory_ / "a"), "old");
}

}  // namespace
}  // namespace tinytorch::testing
