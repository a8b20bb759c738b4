#include "tinytorch/course/verdict.h"

#include <array>
#include <nlohmann/json.hpp>

#include "tinytorch/base/error.h"

namespace tinytorch::course {
namespace {

constexpr std::array kWords = {"did not run", "passed",     "failed",        "not attempted", "did not compile", "crashed",
                               "timed out",   "out of memory", "no answer", "blocked",       "ungraded"};

}  // namespace

std::string word_of(Status status) { return kWords.at(static_cast<std::size_t>(status)); }

Status status_of(const std::string& words) {
  for (std::size_t i = 0; i < kWords.size(); ++i)
    if (words == kWords[i]) return static_cast<Status>(i);
  throw Error("there is no test status \"" + words + "\"");
}

nlohmann::json to_json(const TestResult& r) {
  nlohmann::json json{{"name", r.name}, {"status", word_of(r.status)}, {"seconds", r.seconds}};
  const std::pair<const char*, const std::string*> texts[] = {
      {"message", &r.message}, {"input", &r.input},   {"expected", &r.expected}, {"got", &r.got},
      {"difference", &r.difference}, {"output", &r.output}, {"answer", &r.answer},
      {"line", &r.line}};
  for (const auto& text : texts)
    if (!text.second->empty()) json[text.first] = *text.second;
  if (!r.crash_frames.empty()) json["crash_frames"] = r.crash_frames;
  return json;
}

TestResult test_result_of(const nlohmann::json& json) {
  TestResult r;
  r.name = json.at("name");
  r.status = status_of(json.at("status"));
  r.seconds = json.value("seconds", 0.0);
  r.message = json.value("message", "");
  r.input = json.value("input", "");
  r.expected = json.value("expected", "");
  r.got = json.value("got", "");
  r.difference = json.value("difference", "");
  r.output = json.value("output", "");
  r.answer = json.value("answer", "");
  r.line = json.value("line", "");
  r.crash_frames = json.value("crash_frames", std::vector<std::string>{});
  return r;
}

}  // namespace tinytorch::course
