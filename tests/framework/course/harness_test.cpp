#include "tinytorch/course/harness.h"

#include <nlohmann/json.hpp>

#include "tests/framework/course/course_fixture.h"
#include "tests/framework/message_of.h"

namespace tinytorch::course::testing {
namespace {

using tinytorch::testing::message_of;

class HarnessTest : public ::testing::Test {
 protected:
  std::vector<TestResult> check_text(const std::string& text, const Judging& judging = all_tests()) {
    write(source_, text);
    return check(harness(), relu(), source_, cache_, judging);
  }
  std::string solution_with(const std::string& what, const std::string& instead) {
    std::string text = read(kSolution);
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), instead);
  }

  TemporaryDirectory folder_;
  const fs::path source_ = folder_.path / "relu.cpp", cache_ = folder_.path / "cache";
};

TEST_F(HarnessTest, TheSolutionPassesAndTheExerciseIsNotAttempted) {
  EXPECT_EQ(statuses(check(harness(), relu(), kSolution, cache_, all_tests())), "passed, passed, passed");
  for (const bool sandboxed : {false, true}) {
    Judging judging = all_tests();
    judging.sandboxed = sandboxed;
    EXPECT_EQ(statuses(check_text("#include \"tinytorch/tensor/check.h\"\n#include \"tinytorch/tensor/ops.h\"\n"
                                  "#include \"tinytorch/base/error.h\"\ntinytorch::Tensor tinytorch::relu(const Tensor&) "
                                  "{ throw NotImplemented(\"3.1 relu\"); }\n",
                                  judging)),
              "not attempted, not attempted, not attempted");
  }
}

TEST_F(HarnessTest, AWrongAnswerSaysWhatWasGivenExpectedAndGot) {
  const std::vector<TestResult> results = check_text(solution_with("? 0.0f : from[i]", "? 0.01f : from[i]"));
  ASSERT_EQ(results[0].status, Status::failed);
  EXPECT_NE(results[0].input.find("x (4,) [-2, -0.5, 0.5, 2]"), std::string::npos) << results[0].input;
  EXPECT_EQ(results[0].expected, "y (4,) [0, 0, 0.5, 2]");
  EXPECT_EQ(results[0].got, "y (4,) [0.01, 0.01, 0.5, 2]");
  EXPECT_EQ(results[0].answer.size(), 16u);
}

TEST_F(HarnessTest, TheSameSeedGivesTheSameResultsAndAnotherSeedOtherInputs) {
  const std::string text = solution_with("? 0.0f : from[i]", "? 0.01f : from[i]");
  Judging other = all_tests();
  other.seed = "course key/another submission";
  const TestResult first = check_text(text)[2], again = check_text(text)[2], different = check_text(text, other)[2];
  EXPECT_EQ(first.input, again.input);
  EXPECT_EQ(first.got, again.got);
  EXPECT_EQ(first.answer, again.answer);
  EXPECT_NE(first.input, different.input);
}

TEST_F(HarnessTest, AWorkerIsBuiltOnceForASourceAndAListOfForbiddenCalls) {
  const fs::path first = build_worker(harness(), relu(), kSolution, cache_, true).program;
  const auto time = fs::last_write_time(first);
  EXPECT_EQ(build_worker(harness(), relu(), kSolution, cache_, true).program, first);
  EXPECT_EQ(fs::last_write_time(first), time);
  Exercise strict = relu();
  strict.may_not_call = {"tinytorch::gelu"};
  EXPECT_NE(build_worker(harness(), strict, kSolution, cache_, true).program, first);
  EXPECT_NE(build_worker(harness(), relu(), kSolution, cache_, false).program, first);  // compiled under other rules
  write(first.parent_path() / "relu.cpp", "of another source with the same hash");
  EXPECT_EQ(build_worker(harness(), relu(), kSolution, cache_, true).program, first);
  EXPECT_EQ(read(first.parent_path() / "relu.cpp"), read(kSolution));
  EXPECT_NE(fs::last_write_time(first), time);
}

TEST_F(HarnessTest, WhatTheJudgeDoesNotKnowIsUngraded) {
  Judging judging = all_tests();
  judging.tests = {"Relu.NegativesBecomeZero", "Relu.NoSuchTest"};
  EXPECT_EQ(statuses(check(harness(), relu(), kSolution, cache_, judging)), "passed, ungraded");
  Worker gone;
  gone.program = folder_.path / "no/worker";
  EXPECT_EQ(statuses(judge(harness(), relu(), gone, all_tests())), "ungraded, ungraded, ungraded");
  Harness broken = harness();
  broken.compiler = "/no/such/compiler";
  EXPECT_EQ(statuses(check(broken, relu(), kSolution, folder_.path / "other", all_tests())), "ungraded, ungraded, ungraded");
  broken = harness();
  broken.core = "/no/such/library.a";
  EXPECT_EQ(message_of([&] { build_worker(broken, relu(), kSolution, folder_.path / "other"); }),
            "/no/such/library.a is missing: build harness_relu");
  broken = harness();
  broken.build = folder_.path;  // no judge here
  EXPECT_EQ(statuses(judge(broken, relu(), build_worker(harness(), relu(), kSolution, cache_), all_tests())),
            "ungraded, ungraded, ungraded");
}

TEST_F(HarnessTest, OnlyVisibleTestsRunUnlessOthersAreAskedFor) {
  Judging judging;
  const std::vector<TestResult> results = check(harness(), relu(), kSolution, cache_, judging);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[1].name, "Relu.GradientPassesWhereTheInputIsPositive");
}

TEST_F(HarnessTest, FailingInputsAreKeptAndRunByHand) {
  Judging judging = all_tests();
  judging.save_inputs = folder_.path / "inputs";
  check_text(solution_with("? 0.0f : from[i]", "? 0.01f : from[i]"), judging);
  const fs::path input = judging.save_inputs / "Relu.NegativesBecomeZero.safetensors";
  ASSERT_TRUE(fs::exists(input));
  Command command;
  command.arguments = {build_worker(harness(), relu(), source_, cache_, true).program.string(), input.string()};
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.output.rfind("answered", 0), 0u) << outcome.output;
}

TEST(TestResultJson, TravelsWhole) {
  TestResult sent;
  sent.name = "Relu.A";
  sent.status = Status::crashed;
  sent.message = "m", sent.input = "i", sent.expected = "e", sent.got = "g", sent.difference = "d", sent.output = "o";
  sent.answer = "a", sent.line = "relu.cpp:14", sent.crash_frames = {"0x1"}, sent.seconds = 0.5;
  EXPECT_EQ(to_json(test_result_of(to_json(sent))), to_json(sent));
  EXPECT_EQ(test_result_of(to_json(sent)).line, "relu.cpp:14");
}

}  // namespace
}  // namespace tinytorch::course::testing
