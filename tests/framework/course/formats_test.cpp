#include "tinytorch/course/grade/formats.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/course/grade/class.h"

namespace tinytorch::course {
namespace {

using testing::HasSubstr;
using testing::Not;

TestGrade test_grade(const std::string& name, int points, bool hidden, Status status) {
  TestGrade grade;
  grade.test = {name, points, "It holds <here> & there.", "", hidden};
  grade.result.name = name;
  grade.result.status = status;
  if (status == Status::failed) {
    grade.result.input = "x [1, 2]";
    grade.result.expected = "y [3]";
    grade.result.got = "y [4]";
    grade.result.output = "bytes that are no UTF-8: \xff\x01";
  }
  return grade;
}

Grade example(Status last = Status::not_attempted) {
  Grade grade;
  grade.submission = "a,\"b\"";
  grade.exercises.push_back({"03.1 relu", "03_activations",
                             {test_grade("Relu.A", 3, false, Status::passed), test_grade("Relu.B", 4, false, Status::failed),
                              test_grade("Relu.C", 5, true, Status::failed)}});
  grade.exercises.push_back({"03.2 gelu", "03_activations", {test_grade("Gelu.A", 8, false, last)}});
  grade.exercises[0].tests[1].misconception = "You did this the other way round.";
  return grade;
}

TEST(Grade, ATestIsWorthItsPointsOrNothing) {
  const Grade grade = example();
  EXPECT_EQ(grade.points(), 3);
  EXPECT_EQ(grade.possible(), 20);
  EXPECT_EQ(grade.ungraded(), 0);
  EXPECT_EQ(example(Status::ungraded).ungraded(), 1);
}

TEST(GradeFormats, StudentsSeeNoNumbersOfAHiddenTest) {
  Grade grade = example();
  grade.exercises[0].tests[1].result.status = Status::passed;  // only the hidden one fails now
  grade.exercises[0].tests[1].result.expected.clear();
  grade.exercises[0].tests[1].result.got.clear();
  for (const char* format : {"gradescope", "classroom50", "exercism", "markdown"}) {
    EXPECT_THAT(write_grade(grade, format), Not(HasSubstr("y [3]"))) << format;
    EXPECT_THAT(write_grade(grade, format), Not(HasSubstr("x [1, 2]"))) << format;
  }
  EXPECT_THAT(write_grade(grade, "json"), HasSubstr("y [3]"));
}

TEST(GradeFormats, GradescopeHasAScoreForEveryTestAndTheirSum) {
  const auto json = nlohmann::json::parse(write_grade(example(), "gradescope"));
  int sum = 0, possible = 0;
  for (const auto& test : json.at("tests")) {
    sum += test.at("score").get<int>();
    possible += test.at("max_score").get<int>();
    EXPECT_THAT((std::vector<std::string>{"passed", "failed"}), testing::Contains(test.at("status").get<std::string>()));
    EXPECT_THAT((std::vector<std::string>{"visible", "after_published"}), testing::Contains(test.at("visibility").get<std::string>()));
  }
  EXPECT_EQ(json.at("score"), sum);
  EXPECT_EQ(sum, 3);
  EXPECT_EQ(possible, 20);
  EXPECT_EQ(json.at("tests").at(2).at("visibility"), "after_published");
  EXPECT_THAT(json.at("tests").at(1).at("output").get<std::string>(), HasSubstr("You did this the other way round."));
}

TEST(GradeFormats, Classroom50HasTheFieldsOfItsResult) {
  const auto json = nlohmann::json::parse(write_grade(example(), "classroom50"));
  EXPECT_EQ(json.at("schema"), "classroom50/result/v1");
  EXPECT_EQ(json.at("score"), 3);
  EXPECT_EQ(json.at("max-score"), 20);
  for (const char* field : {"classroom", "assignment", "submission", "commit", "release", "review", "datetime"})
    EXPECT_FALSE(json.at(field).get<std::string>().empty()) << field;
  for (const auto& test : json.at("tests")) EXPECT_EQ(test.size(), 4);
}

TEST(GradeFormats, ExercismIsAnErrorOnlyWhereNothingRan) {
  EXPECT_EQ(nlohmann::json::parse(write_grade(example(), "exercism")).at("status"), "fail");
  Grade broken = example();
  for (ExerciseGrade& exercise : broken.exercises)
    for (TestGrade& test : exercise.tests) test.result.status = Status::did_not_compile;
  const auto json = nlohmann::json::parse(write_grade(broken, "exercism"));
  EXPECT_EQ(json.at("status"), "error");
  EXPECT_FALSE(json.at("message").get<std::string>().empty());
}

TEST(GradeFormats, JunitEscapesAndCounts) {
  const std::string xml = write_grade(example(Status::ungraded), "junit");
  EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"2\" errors=\"1\" skipped=\"0\""));
  EXPECT_THAT(xml, HasSubstr("It holds &lt;here&gt; &amp; there."));
  EXPECT_THAT(xml, Not(HasSubstr("\xff")));
}

TEST(GradeFormats, TheSameGradeIsTheSameText) {
  for (const std::string& format : grade_formats()) {
    if (format == "classroom50") continue;  // it wants the time
    EXPECT_EQ(write_grade(example(), format), write_grade(example(), format)) << format;
  }
  EXPECT_THROW(write_grade(example(), "html"), Error);
}

TEST(ClassReport, CountsWhatFailedAmongThoseWhoTried) {
  std::vector<ClassEntry> entries(3);
  entries[0] = {"a", example(), false, ""};
  entries[1] = {"b", example(Status::passed), false, ""};
  entries[2] = {"c", {}, false, "its folder cannot be read"};
  const std::string report = class_report(entries);
  EXPECT_THAT(report, HasSubstr("3 submissions, 1 could not be graded"));
  EXPECT_THAT(report, HasSubstr("| Relu.B | 2 (100 %) | 2 |"));
  EXPECT_THAT(report, Not(HasSubstr("Gelu.A")));  // nobody who tried failed
  EXPECT_THAT(report, HasSubstr("- 2 × 03.1 relu: You did this the other way round."));
}

TEST(ClassCsv, QuotesNamesAndLeavesOutPointsThatThereAreNot) {
  Module module;
  module.name = "03_activations";
  const std::string csv = class_csv({{"a,\"b\"", example(), false, ""}, {"c", {}, false, "broken"}}, {module});
  EXPECT_EQ(csv,
            "submission,03_activations,points,possible,ungraded,problem\n"
            "\"a,\"\"b\"\"\",3,3,20,0,\n"
            "c,,,,0,broken\n");
}

}  // namespace
}  // namespace tinytorch::course
