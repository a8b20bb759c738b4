#include "tinytorch/data/fetch.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/framework/data/loopback_server.h"
#include "tests/framework/message_of.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::LoopbackServer;
using testing::message_of;

std::string random_text(std::size_t size, std::uint64_t seed) {
  Rng rng(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(rng.next());
  return text;
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string content(const fs::path& path) {
  const auto bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

/// Two mirrors with the same two files, and an empty directory to fetch them into.
class Fetch : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ::setenv("no_proxy", "*", 1); }

  RemoteFile file(const std::string& name, const std::string& text) const {
    return {name, text.size(), sha256_hex(bytes_of(text))};
  }
  fs::path path(const std::string& name) const { return directory_.path / "new" / name; }
  void fetch_all() { fetch(source_, directory_.path / "new"); }
  void expect_both_arrived() const {
    EXPECT_TRUE(content(path("big")) == big_);
    EXPECT_TRUE(content(path("small")) == small_);
    EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path / "new"), {}), 2);  // no .part
  }
  void leave_partial(const std::string& name, const std::string& text) {
    fs::create_directories(directory_.path / "new");
    write_file(path(name + ".part"), text);
  }

  const std::string big_ = random_text(300000, 1), small_ = random_text(1000, 2);
  const TemporaryDirectory directory_;
  LoopbackServer first_{{{"big", big_}, {"small", small_}}}, second_{{{"big", big_}, {"small", small_}}};
  RemoteDataset source_{"test", {first_.url(), second_.url()}, {file("big", big_), file("small", small_)}, 30};
};

TEST(Sha256, IsThatOfTheStandardsExamples) {
  // FIPS 180-2, appendix B.1, and the digest of no bytes at all.
  EXPECT_EQ(sha256_hex(bytes_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(Fetch, DownloadsEveryFileFromTheFirstMirror) {
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big", "small"));
  EXPECT_THAT(second_.requests(), IsEmpty());
}

TEST_F(Fetch, KeepsAFileThatIsThere) {
  fetch_all();
  fetch_all();
  EXPECT_THAT(first_.requests(), ElementsAre("big", "small"));
}

TEST_F(Fetch, ReplacesAFileWithAWrongChecksum) {
  fetch_all();
  write_file(path("small"), random_text(1000, 3));
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big", "small", "small"));
}

TEST_F(Fetch, ContinuesOnTheNextMirrorWhereTheFirstWasCut) {
  first_.behave({.cut_after = 123456});
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big", "small"));  // the small one ends before the cut
  EXPECT_THAT(second_.requests(), ElementsAre("big from 123456"));
}

TEST_F(Fetch, ContinuesInTheNextRun) {
  source_.mirrors.resize(1);
  first_.behave({.cut_after = 123456});
  EXPECT_THAT(message_of([&] { fetch_all(); }),
              AllOf(HasSubstr("[fetch test] big could not be downloaded"), HasSubstr("Run it again")));
  EXPECT_EQ(fs::file_size(path("big.part")), 123456u);
  EXPECT_FALSE(fs::exists(path("big")));
  first_.behave({});
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big", "big from 123456", "small"));
}

TEST_F(Fetch, NoticesACutWithoutALengthHeader) {
  source_.mirrors.resize(1);
  first_.behave({.cut_after = 5000, .length_header = false});
  EXPECT_THAT(message_of([&] { fetch_all(); }), HasSubstr("ended after 5000 of 300000 bytes"));
}

TEST_F(Fetch, StartsAgainWhenAServerIgnoresRange) {
  leave_partial("big", big_.substr(0, 1000));
  first_.behave({.ignore_range = true});
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big from 1000", "small"));
}

TEST_F(Fetch, DiscardsAPartialFileThatIsDamaged) {
  leave_partial("big", random_text(1000, 9));
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big from 1000", "big", "small"));
}

TEST_F(Fetch, DiscardsAPartialFileThatIsTooLongAndTakesOneThatIsComplete) {
  leave_partial("big", big_ + "more");
  leave_partial("small", small_);
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big"));
}

TEST_F(Fetch, DiscardsACompletePartialFileWithAWrongChecksum) {
  leave_partial("small", random_text(1000, 9));
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big", "small"));
}

TEST_F(Fetch, StartsAgainWhenTheServersFileIsShorterThanThePart) {
  leave_partial("big", big_.substr(0, 2000));
  first_.set_file("big", "short");
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big from 2000", "big", "small"));
  EXPECT_THAT(second_.requests(), ElementsAre("big from 5", "big"));  // those 5 bytes did not belong there
}

TEST_F(Fetch, GoesToTheNextMirrorWhenTheContentIsWrong) {
  first_.set_file("big", random_text(300000, 4));
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(second_.requests(), ElementsAre("big"));
}

TEST_F(Fetch, GoesToTheNextMirrorWhenThereIsTooMuch) {
  first_.set_file("small", small_ + "!");
  first_.behave({.length_header = false});
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(second_.requests(), ElementsAre("small"));
}

TEST_F(Fetch, GivesUpAConnectionThatSendsNothing) {
  source_.stall_seconds = 1;
  first_.behave({.cut_after = 100, .stall = true});
  source_.files.resize(1);
  fetch_all();
  EXPECT_TRUE(content(path("big")) == big_);
  EXPECT_THAT(second_.requests(), ElementsAre("big from 100"));
}

TEST_F(Fetch, ListsWhatEachMirrorSaid) {
  source_.files.insert(source_.files.begin(), file("absent", "x"));
  first_.set_file("absent", "y");
  std::string gone;
  {
    const LoopbackServer closed({});
    gone = closed.url();
  }
  source_.mirrors.push_back(gone);
  EXPECT_THAT(
      message_of([&] { fetch_all(); }),
      AllOf(HasSubstr("[fetch test] absent could not be downloaded:\n  " + first_.url() + ": the checksum is wrong"),
            HasSubstr(second_.url() + ": The requested URL returned error: 404"),
            HasSubstr(gone + ": Failed to connect")));
  EXPECT_TRUE(fs::is_empty(directory_.path / "new"));
}

TEST_F(Fetch, KeepsWhatArrivedBeforeAnError) {
  source_.files.push_back(file("absent", "x"));
  EXPECT_THROW(fetch_all(), Error);
  expect_both_arrived();
}

TEST_F(Fetch, ReportsProgressUpToTheEnd) {
  std::map<std::string, std::uint64_t> last;
  fetch(source_, directory_.path / "new", [&](const FetchProgress& now) {
    EXPECT_GE(now.done, last[now.file]);
    EXPECT_EQ(now.mirror, first_.url());
    EXPECT_EQ(now.total, now.file == "big" ? 300000u : 1000u);
    last[now.file] = now.done;
  });
  EXPECT_EQ(last["big"], 300000u);
  EXPECT_EQ(last["small"], 1000u);
}

TEST_F(Fetch, IsEndedByAnExceptionFromProgressAndCanBeContinued) {
  struct Cancelled {};
  first_.behave({.cut_after = 100000, .stall = true});
  EXPECT_THROW(fetch(source_, directory_.path / "new",
                     [](const FetchProgress& now) {
                       if (now.done >= 100000) throw Cancelled();
                     }),
               Cancelled);
  EXPECT_EQ(fs::file_size(path("big.part")), 100000u);
  first_.behave({});
  fetch_all();
  expect_both_arrived();
  EXPECT_THAT(first_.requests(), ElementsAre("big", "big from 100000", "small"));
}

TEST_F(Fetch, SaysWhenTheDirectoryCannotBeWritten) {
  write_file(directory_.path / "new", "a file");
  EXPECT_THAT(message_of([&] { fetch_all(); }), HasSubstr("the directory cannot be made"));
}

TEST(MnistSource, NamesTheFourFilesAndTriesTheOwnMirrorFirst) {
  ::unsetenv("TINYTORCH_MNIST_MIRROR");
  EXPECT_EQ(mnist_source().mirrors.size(), 2u);
  EXPECT_EQ(mnist_source().files.size(), 4u);
  ::setenv("TINYTORCH_MNIST_MIRROR", "http://10.0.0.1/mnist", 1);
  EXPECT_EQ(mnist_source().mirrors.size(), 3u);
  EXPECT_EQ(mnist_source().mirrors.front(), "http://10.0.0.1/mnist/");
  ::unsetenv("TINYTORCH_MNIST_MIRROR");
}

TEST(MnistSource, HasTheChecksumsOfTheFilesThatAreThere) {
  const char* data = std::getenv("TINYTORCH_DATA");
  if (data == nullptr) GTEST_SKIP() << "MNIST is not there; set TINYTORCH_DATA to its directory";
  int seen = 0;
  for (const RemoteFile& file : mnist_source().files) {
    for (const fs::path& path : {fs::path(data) / file.name, fs::path(data) / "mnist" / file.name}) {
      if (!fs::exists(path)) continue;
      EXPECT_EQ(fs::file_size(path), file.bytes);
      EXPECT_EQ(sha256_hex(read_file(path)), file.sha256);
      ++seen;
    }
  }
  if (seen == 0) GTEST_SKIP() << "no .gz files of MNIST in TINYTORCH_DATA";
}

}  // namespace
}  // namespace tinytorch
