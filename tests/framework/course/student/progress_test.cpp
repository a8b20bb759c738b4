#include "tinytorch/course/student/progress.h"

#include <gmock/gmock.h>

#include <thread>

#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/course/student/files.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

class ProgressFile : public ::testing::Test {
 protected:
  ProgressFile() {
    exercise_.name = "relu";
    exercise_.module = "03_activations";
    fs::create_directories(root() / "exercises/03_activations");
    fs::create_directories(root() / "exercises/.start/03_activations");
    write_file(root() / "exercises/.start/03_activations/relu.cpp", "int f() {\n  TT_TODO(\"x\");\n}\n");
    save("int f() {\n  TT_TODO(\"x\");\n}\n");
  }
  fs::path root() const { return folder_.path; }
  fs::path file() const { return root() / ".tinytorch/progress.json"; }
  void save(const std::string& text) { write_file(root() / exercise_file(exercise_), text); }
  State state() { return state_of(root(), exercise_, read_progress(root()).exercise("relu")); }
  void checked(Status verdict, const std::string& text) {
    update_progress(root(), [&](Progress& p) {
      p.exercises["relu"].verdict = verdict, p.exercises["relu"].source = hash_of(text);
    });
  }

  tinytorch::TemporaryDirectory folder_;
  Exercise exercise_;
};

TEST_F(ProgressFile, StatesFollowTheFileAndTheLastVerdict) {
  EXPECT_EQ(state(), State::not_attempted);
  save("int f() { TT_TODO(\"x\"); }\n\n");
  EXPECT_EQ(state(), State::not_attempted) << "only blanks differ";
  save("int f() { return 1; }\n");
  EXPECT_EQ(state(), State::not_checked);
  checked(Status::failed, "int f() { return 1; }\n");
  EXPECT_EQ(state(), State::failing);
  checked(Status::passed, "int f() { return 1; }\n");
  EXPECT_EQ(state(), State::done);
  save("int f() { return 2; }\n");
  EXPECT_EQ(state(), State::stale);
  checked(Status::ungraded, "int f() { return 2; }\n");
  EXPECT_EQ(state(), State::not_checked);
  fs::remove(root() / exercise_file(exercise_));
  EXPECT_EQ(state(), State::missing);
}

TEST_F(ProgressFile, KeepsWhatItIsGiven) {
  update_progress(root(), [](Progress& p) {
    p.exercises["relu"] = {Status::timed_out, "abc", 2, 7, 1};
    p.quizzes["03_activations"][4] = {"1,000 \xff", true};
  });
  const Progress p = read_progress(root());
  const ExerciseRecord r = p.exercise("relu");
  EXPECT_EQ(r.verdict, Status::timed_out);
  EXPECT_EQ(r.source, "abc");
  EXPECT_EQ(r.passed, 2);
  EXPECT_EQ(r.points, 7);
  EXPECT_EQ(r.hints, 1);
  EXPECT_TRUE(p.quizzes.at("03_activations").at(4).right);
  EXPECT_EQ(p.remark, "");
  EXPECT_EQ(p.exercise("gelu").verdict, Status::did_not_run);
}

TEST_F(ProgressFile, ADamagedFileIsMovedAsideAndSaid) {
  fs::create_directories(file().parent_path());
  int number = 0;
  for (const char* damaged :
       {"", "{", "[]", "null", "{\"version\":2}", "{\"version\":1,\"exercises\":[1],\"quizzes\":{}}", "\xff\xfe",
        "{\"version\":1,\"exercises\":{\"relu\":{\"verdict\":\"excellent\"}},\"quizzes\":{}}",
        "{\"version\":1,\"exercises\":{\"relu\":{\"hints\":\"many\"}},\"quizzes\":{}}",
        "{\"version\":1,\"exercises\":{},\"quizzes\":{\"a\":{\"x\":{}}}}"}) {
    write_file(file(), std::string(damaged));
    const Progress p = read_progress(root());
    const std::string aside = "progress.damaged-" + std::to_string(++number) + ".json";
    EXPECT_THAT(p.remark, ::testing::HasSubstr(aside)) << damaged;
    EXPECT_FALSE(fs::exists(file()));
    EXPECT_EQ(fs::file_size(file().parent_path() / aside), std::string(damaged).size());
    EXPECT_TRUE(p.exercises.empty());
  }
}

TEST_F(ProgressFile, ChangesOfSeveralCommandsAtOnceAllCount) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) update_progress(root(), [](Progress& p) { ++p.exercises["relu"].hints; });
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(read_progress(root()).exercise("relu").hints, 100);
}

}  // namespace
}  // namespace tinytorch::course
