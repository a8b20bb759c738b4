#include "tinytorch/course/grade/formats.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"

namespace tinytorch::course {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {  // what a student printed may be no UTF-8
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string first_lines(const std::string& text, int lines) {
  std::size_t end = 0;
  for (int i = 0; i < lines && end < text.size(); ++i) {
    end = text.find('\n', end);
    if (end == std::string::npos) return text;
    ++end;
  }
  return text.substr(0, end);
}

std::string as_json(const Grade& grade) {
  Json exercises = Json::array();
  for (const ExerciseGrade& exercise : grade.exercises) {
    Json tests = Json::array();
    for (const TestGrade& test : exercise.tests) {
      Json entry = Json::parse(to_json(test.result).dump(-1, ' ', false, Json::error_handler_t::replace));
      entry.erase("seconds");
      entry["points"] = test.points();
      entry["possible"] = test.test.points;
      entry["hidden"] = test.test.hidden;
      entry["contract"] = test.test.contract;
      if (!test.misconception.empty()) entry["misconception"] = test.misconception;
      tests.push_back(entry);
    }
    exercises.push_back({{"exercise", exercise.label}, {"module", exercise.module}, {"points", exercise.points()},
                         {"possible", exercise.possible()}, {"tests", tests}});
  }
  return dump({{"submission", grade.submission}, {"points", grade.points()}, {"possible", grade.possible()},
               {"ungraded", grade.ungraded()}, {"notes", grade.notes}, {"exercises", exercises}});
}

std::string xml(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') escaped += "&amp;";
    else if (c == '<') escaped += "&lt;";
    else if (c == '>') escaped += "&gt;";
    else if (c == '"') escaped += "&quot;";
    else if (c == '\n') escaped += "&#10;";
    else if (static_cast<unsigned char>(c) < 0x20 && c != '\t') escaped += "?";  // no XML 1.0 character
    else escaped += c;
  }
  // Bytes that are no UTF-8 are no XML either; the JSON library knows how to replace them.
  const std::string quoted = Json(escaped).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(quoted).get<std::string>();
}

std::string as_junit(const Grade& grade) {
  std::string body;
  int all = 0, failures = 0, errors = 0, skipped = 0;
  for (const ExerciseGrade& exercise : grade.exercises) {
    std::string cases;
    int failed = 0, broken = 0, left_out = 0;
    for (const TestGrade& test : exercise.tests) {
      const Status status = test.result.status;
      cases += "    <testcase classname=\"" + xml(exercise.module) + "\" name=\"" + xml(test.test.name) + "\" time=\"0\">";
      const std::string words = xml(test.test.contract), detail = xml(explain(test, true));
      if (status == Status::ungraded) {
        cases += "<error type=\"ungraded\" message=\"" + words + "\">" + detail + "</error>";
        ++broken;
      } else if (status == Status::not_attempted || status == Status::blocked) {
        cases += "<skipped message=\"" + word_of(status) + "\"/>";
        ++left_out;
      } else if (status != Status::passed) {
        cases += "<failure type=\"" + word_of(status) + "\" message=\"" + words + "\">" + detail + "</failure>";
        ++failed;
      }
      cases += "</testcase>\n";
    }
    const int count = static_cast<int>(exercise.tests.size());
    body += "  <testsuite name=\"" + xml(exercise.label) + "\" tests=\"" + std::to_string(count) + "\" failures=\"" +
            std::to_string(failed) + "\" errors=\"" + std::to_string(broken) + "\" skipped=\"" + std::to_string(left_out) +
            "\">\n" + cases + "  </testsuite>\n";
    all += count, failures += failed, errors += broken, skipped += left_out;
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" + xml(grade.submission) + "\" tests=\"" +
         std::to_string(all) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"" + std::to_string(errors) +
         "\" skipped=\"" + std::to_string(skipped) + "\">\n" + body + "</testsuites>\n";
}

/// Source: gradescope-autograders.readthedocs.io, "Autograder Specifications".
std::string as_gradescope(const Grade& grade) {
  Json tests = Json::array();
  for (const ExerciseGrade& exercise : grade.exercises) {
    const std::string number = exercise.label.substr(0, exercise.label.find(' '));
    int index = 0;
    for (const TestGrade& test : exercise.tests) {
      Json entry{{"name", exercise.label + ": " + test.test.contract},
                 {"number", number + "." + std::to_string(++index)},
                 {"score", test.points()},
                 {"max_score", test.test.points},
                 {"status", test.result.status == Status::passed ? "passed" : "failed"},
                 {"output_format", "text"},
                 {"visibility", test.test.hidden ? "after_published" : "visible"},
                 {"tags", {exercise.module}}};
      if (test.result.status != Status::passed) entry["output"] = explain(test, false);
      tests.push_back(entry);
    }
  }
  std::string output;
  for (const std::string& note : grade.notes) output += note + "\n";
  return dump({{"score", grade.points()}, {"output", output}, {"output_format", "text"}, {"visibility", "visible"},
               {"stdout_visibility", "hidden"}, {"tests", tests}});
}

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

std::string utc_now() {
  const std::string fixed = from_environment("SOURCE_DATE_EPOCH", "");
  const std::time_t now = fixed.empty() ? std::time(nullptr) : static_cast<std::time_t>(std::atoll(fixed.c_str()));
  char text[32];
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// The runner of Classroom 50 sets the environment and checks these fields. Its format wants the time: SOURCE_DATE_EPOCH
/// fixes it. Source: github.com/foundation50/classroom50, wiki, "Advanced Autograding".
std::string as_classroom50(const Grade& grade) {
  Json tests = Json::array();
  for (const ExerciseGrade& exercise : grade.exercises)
    for (const TestGrade& test : exercise.tests)
      tests.push_back({{"test-name", exercise.label + ": " + test.test.contract}, {"passed", test.result.status == Status::passed},
                       {"score", test.points()}, {"max-score", test.test.points}});
  const std::string commit = from_environment("COMMIT_URL", "unknown");
  return dump({{"schema", "classroom50/result/v1"}, {"classroom", from_environment("CLASSROOM", "unknown")},
               {"assignment", from_environment("ASSIGNMENT", "tinytorch")},
               {"submission", from_environment("SUBMISSION_TAG", grade.submission)}, {"commit", commit},
               {"release", from_environment("RELEASE_URL", commit)}, {"review", from_environment("REVIEW_URL", commit)},
               {"datetime", utc_now()}, {"score", grade.points()}, {"max-score", grade.possible()}, {"tests", tests}});
}

/// Source: exercism.org, "The Test Runner Interface", version 2.
std::string as_exercism(const Grade& grade) {
  Json tests = Json::array();
  bool all_passed = true, none_ran = true;
  std::string message;
  for (const ExerciseGrade& exercise : grade.exercises)
    for (const TestGrade& test : exercise.tests) {
      const Status status = test.result.status;
      const bool passed = status == Status::passed, failed = status == Status::failed;
      all_passed = all_passed && passed;
      none_ran = none_ran && status == Status::did_not_compile;
      if (message.empty() && !passed) message = exercise.label + ": " + explain(test, false);
      Json entry{{"name", exercise.label + ": " + test.test.contract}, {"status", passed ? "pass" : failed ? "fail" : "error"}};
      if (!passed) entry["message"] = explain(test, false);
      if (!test.test.hidden && !test.result.output.empty()) entry["output"] = test.result.output.substr(0, 500);
      tests.push_back(entry);
    }
  Json result{{"version", 2}, {"status", all_passed ? "pass" : none_ran ? "error" : "fail"}};
  if (none_ran && !all_passed) result["message"] = message;
  result["tests"] = tests;
  return dump(result);
}

std::string cell(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '|') c = ' ';
  return text;
}

std::string as_markdown(const Grade& grade) {
  std::string text = "# " + grade.submission + ": " + std::to_string(grade.points()) + " of " + std::to_string(grade.possible()) + " points\n\n";
  if (grade.ungraded() > 0) text += "**Not final:** " + std::to_string(grade.ungraded()) + " tests could not be graded.\n\n";
  text += "| exercise | points | not passed |\n|---|---:|---|\n";
  std::string details;
  for (const ExerciseGrade& exercise : grade.exercises) {
    std::string failing;
    for (const TestGrade& test : exercise.tests) {
      if (test.result.status == Status::passed) continue;
      failing += (failing.empty() ? "" : ", ") + test.test.name.substr(test.test.name.find('.') + 1) + " (" + word_of(test.result.status) + ")";
      if (test.result.status != Status::not_attempted)
        details += "## " + test.test.name + "\n\n" + test.test.contract + "\n\n```text\n" + explain(test, false) + "\n```\n\n";
    }
    text += "| " + exercise.label + " | " + std::to_string(exercise.points()) + " / " + std::to_string(exercise.possible()) + " | " + cell(failing) + " |\n";
  }
  text += "\n";
  for (const std::string& note : grade.notes) text += "- " + note + "\n";
  return text + (grade.notes.empty() ? "" : "\n") + details;
}

}  // namespace

std::string explain(const TestGrade& test, bool details_of_hidden) {
  const TestResult& result = test.result;
  std::string text = word_of(result.status);
  const bool own = result.status == Status::did_not_compile;  // the compiler's words are about the student's own file
  if (test.test.hidden && !details_of_hidden && !own) return text;
  if (!result.message.empty()) text += ": " + first_lines(result.message, 8);
  const std::pair<const char*, const std::string*> parts[] = {
      {"input", &result.input}, {"expected", &result.expected}, {"got", &result.got}, {"difference", &result.difference}};
  if (!own)
    for (const auto& part : parts)
      if (!part.second->empty()) text += std::string("\n") + part.first + ": " + *part.second;
  if (!test.misconception.empty()) text += "\n" + test.misconception;
  return text;
}

const std::vector<std::string>& grade_formats() {
  static const std::vector<std::string> formats{"json", "junit", "gradescope", "classroom50", "exercism", "markdown"};
  return formats;
}

std::string write_grade(const Grade& grade, const std::string& format) {
  if (format == "json") return as_json(grade);
  if (format == "junit") return as_junit(grade);
  if (format == "gradescope") return as_gradescope(grade);
  if (format == "classroom50") return as_classroom50(grade);
  if (format == "exercism") return as_exercism(grade);
  if (format == "markdown") return as_markdown(grade);
  throw Error("there is no grade format " + format);
}

}  // namespace tinytorch::course
