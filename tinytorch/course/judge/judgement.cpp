#include "tinytorch/course/judge/judgement.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <random>
#include <sstream>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/hash.h"
#include "tinytorch/course/judge/settings.h"
#include "tinytorch/course/judge/words.h"

namespace tinytorch::course {
namespace {

std::string nonce() {
  static std::random_device device;
  return std::to_string(device()) + "-" + std::to_string(device()) + "-" + std::to_string(device());
}

std::string test_name() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  return std::string(test->test_suite_name()) + "." + test->name();
}

constexpr std::size_t kLongestText = 2000;  // of what a result says; an answer may hold more

std::string shortened(const std::string& text) {
  return text.size() <= kLongestText ? text : text.substr(0, kLongestText) + "…";
}

std::uint64_t hexadecimal(const std::string& text) { return std::strtoull(text.c_str(), nullptr, 16); }

/// What a worker that crashed had to say: its crash handler's lines, and what checks of libraries wrote before it.
struct LastWords {
  int signal = 0;
  std::uint64_t address = 0;
  bool stack_overflow = false;
  std::string check;  ///< "Assertion 'n < size()' failed."
};

/// The part of a line that says which check failed, if it is such a line of libstdc++, the C library or a sanitizer.
std::string failed_check(const std::string& line) {
  for (const char* sign : {"Assertion `", "Assertion '"})
    if (const std::size_t at = line.find(sign); at != std::string::npos && line.find("failed", at) != std::string::npos)
      return line.substr(at);
  for (const char* sign : {"terminate called", "runtime error: ", "ERROR: AddressSanitizer: ", "stack smashing detected",
                           "free(): ", "double free", "malloc(): ", "corrupted size"})
    if (const std::size_t at = line.find(sign); at != std::string::npos) return line.substr(at);
  return "";
}

/// Takes the crash handler's lines out of the output; what remains is what the student's code printed.
LastWords split_output(const std::string& output, TestResult& result) {
  LastWords words;
  std::istringstream lines(output);
  bool ours = false;  // the handler begins with a line end of its own
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("tt-crash: ", 0) == 0) {
      std::istringstream fields(line.substr(10));
      std::string signal, address, overflow;
      fields >> signal >> address >> overflow;
      words.signal = static_cast<int>(hexadecimal(signal) & 0x7f);
      words.address = hexadecimal(address);
      words.stack_overflow = overflow == "stack";
      if (result.output.ends_with("\n\n") || result.output == "\n") result.output.pop_back();
      ours = true;
    } else if (ours && line.rfind("tt-frame: ", 0) == 0) {
      result.crash_frames.push_back(line.substr(10));
    } else {
      if (words.check.empty()) words.check = failed_check(line);
      result.output += line + "\n";
    }
  }
  return words;
}

std::string words_of_crash(const LastWords& last, int signal) {
  if (signal == SIGALRM && last.signal != 0) signal = last.signal;  // its handler was stuck
  if (last.stack_overflow) return "stack overflow: a recursion that does not end, or a local array that is too large";
  if (signal == SIGABRT && !last.check.empty()) return last.check;
  const char* name = strsignal(signal);
  std::string words = std::string(name == nullptr ? "signal" : name) + " (signal " + std::to_string(signal) + ")";
  if (signal != SIGSEGV || last.signal != SIGSEGV) return words;
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(last.address));
  return words + " at address " + address + (last.address < 4096 ? ": a null pointer, or an index into nothing" : "");
}

}  // namespace

void Trial::start() {
  const JudgeSettings& settings = judge_settings();
  Values request = in_;
  const std::string token = nonce();
  request.set("scenario", scenario_).set("nonce", token);
  const std::vector<std::uint8_t> bytes = request.serialize();
  Command command;
  command.arguments = {settings.worker.string()};
  command.environment = {"TINYTORCH_ISA=generic", "OMP_NUM_THREADS=1", "ASAN_OPTIONS=abort_on_error=1:detect_leaks=0",
                         "UBSAN_OPTIONS=abort_on_error=1"};
  command.directory = settings.scratch;
  command.input = bytes;
  command.limits = limits_;
  if (settings.seconds > 0) command.limits.wall_seconds = std::min(command.limits.wall_seconds, settings.seconds);
  if (settings.unlimited_memory) {  // sanitizers: ten times slower as well
    command.limits.memory_bytes = 0;
    command.limits.cpu_seconds *= 10;
    command.limits.wall_seconds *= 10;
  }
  command.sandboxed = settings.sandboxed;
  command.readable = settings.readable;
  outcome_ = course::run(command);
  current_result().seconds += outcome_.seconds;
  TestResult result;
  if (outcome_.end == End::could_not_start) {
    result.message = outcome_.reason;
    end(Status::ungraded, result);
  }
  const LastWords last = split_output(outcome_.output, result);
  if (outcome_.end == End::timed_out) {
    result.message = "no answer after " + describe(std::round(outcome_.seconds * 10) / 10) + " seconds";
    end(Status::timed_out, result);
  }
  if (outcome_.end == End::signalled && !outcome_.answer_too_long) {
    result.message = outcome_.out_of_memory ? "the system had no memory left" : words_of_crash(last, outcome_.code);
    end(outcome_.out_of_memory ? Status::out_of_memory : Status::crashed, result);
  }
  // An answer is one message with this request's nonce, whole, from a program that ends in peace.
  try {
    if (outcome_.answer_too_long) throw Error("more than " + std::to_string(command.limits.answer_bytes) + " bytes of it");
    if (outcome_.code != 0 || outcome_.answer.empty())
      throw Error("the program ended with exit code " + std::to_string(outcome_.code));
    out_ = Values::parse(outcome_.answer);
    if (out_.text("nonce") != token) throw Error("it answers another request");
    ended_ = out_.text("ended");
    message_ = out_.text("message");
  } catch (const Error& error) {
    result.message = std::string("no answer came: ") + error.what();
    end(Status::no_answer, result);
  }
  out_.erase("nonce");
  ran_ = true;
  result.message = message_;
  if (ended_ == "not attempted") end(Status::not_attempted, result);
  if (ended_ == "out of memory") end(Status::out_of_memory, result);
  current_result().output = result.output;
}

Trial& Trial::run() {
  start();
  if (ended_ == "answered") return *this;
  TestResult result;
  result.message = "an exception came instead of an answer";
  result.got = message_;
  result.output = current_result().output;
  end(Status::failed, result);
}

void Trial::run_and_expect_error(const std::vector<std::string>& parts) {
  start();
  const std::string wanted = describe_error(parts);
  if (ended_ != "threw") wrong("", wanted, ended_ == "answered" ? "an answer" : message_, "");
  for (const std::string& part : parts)
    if (message_.find(part) == std::string::npos)
      wrong("", wanted, message_, "the message lacks \"" + part + "\"");
}

const Values& Trial::answer() const {
  if (!ran_) throw Error("this judgement looks at an answer before run()");
  return out_;
}

void Trial::end(Status status, TestResult result) {
  TestResult& current = current_result();
  result.name = current.name;
  result.seconds = current.seconds;
  result.status = status;
  result.input = describe(in_, flags_);
  for (std::string* text : {&result.message, &result.expected, &result.got, &result.difference}) *text = shortened(*text);
  if (ran_ && status == Status::failed) result.answer = fingerprint(out_);
  const std::filesystem::path& folder = judge_settings().save_inputs;
  if (!folder.empty()) {
    Values request = in_;
    request.set("scenario", scenario_).set("nonce", "by hand");
    write_file(folder / (test_name() + ".safetensors"), request.serialize());
  }
  current = result;
  throw EndOfTest();
}

void Trial::wrong(std::string_view name, std::string expected, std::string got, std::string difference, std::string message) {
  TestResult result;
  const std::string label = name.empty() ? "" : std::string(name) + " ";
  result.expected = expected.empty() ? "" : label + expected;
  result.got = got.empty() ? "" : label + got;
  result.difference = std::move(difference);
  result.message = std::move(message);
  result.output = current_result().output;
  end(Status::failed, result);
}

/// A value of the answer; what is not there was not answered.
template <class Get>
auto Trial::take(Get get) {
  try {
    return get(answer());
  } catch (const Error& error) {
    TestResult result;
    result.message = error.what();
    end(Status::no_answer, result);
  }
}

Array Trial::array(std::string_view name) {
  return take([&](const Values& v) { return v.array(name); });
}
std::vector<std::int64_t> Trial::integers(std::string_view name) {
  return take([&](const Values& v) { return v.integers(name); });
}
Shape Trial::shape(std::string_view name) {
  return take([&](const Values& v) { return v.shape(name); });
}
double Trial::number(std::string_view name) {
  return take([&](const Values& v) { return v.number(name); });
}
std::int64_t Trial::integer(std::string_view name) {
  return take([&](const Values& v) { return v.integer(name); });
}
std::string Trial::text(std::string_view name) {
  return take([&](const Values& v) { return v.text(name); });
}

void Trial::expect_array(std::string_view name, const Array& expected, double absolute, double relative) {
  const Array got = array(name);
  if (got.shape() != expected.shape())
    wrong(name, describe(expected), describe(got), "shape " + to_string(got.shape()) + " instead of " + to_string(expected.shape()));
  double largest = -1;
  std::int64_t where = -1;
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    const float e = expected.data()[i], g = got.data()[i];
    if (e == g || (std::isnan(e) && std::isnan(g))) continue;
    const double difference = std::fabs(static_cast<double>(g) - e);
    if (difference <= absolute + relative * std::fabs(static_cast<double>(e)) && std::isfinite(e) == std::isfinite(g)) continue;
    const double size = std::isnan(difference) ? INFINITY : difference;
    if (size > largest) largest = size, where = i;
  }
  if (where < 0) return;
  wrong(name, describe(expected), describe(got),
        "largest at " + position(where, expected.shape()) + ": " + describe(got.data()[where]) +
            " instead of " + describe(expected.data()[where]));
}

void Trial::expect_integers(std::string_view name, const std::vector<std::int64_t>& expected) {
  expect_integers(name, expected, {static_cast<std::int64_t>(expected.size())});
}

void Trial::expect_integers(std::string_view name, const std::vector<std::int64_t>& expected, const Shape& shape) {
  const std::vector<std::int64_t> got = integers(name);
  const Shape got_shape = this->shape(name);
  const std::string words = describe(expected, shape), got_words = describe(got, got_shape);
  if (got_shape != shape) wrong(name, words, got_words, "shape " + to_string(got_shape) + " instead of " + to_string(shape));
  std::int64_t where = -1;
  std::uint64_t largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto a = static_cast<std::uint64_t>(expected[i]), b = static_cast<std::uint64_t>(got[i]);
    const std::uint64_t difference = got[i] > expected[i] ? b - a : a - b;
    if (difference > largest) largest = difference, where = static_cast<std::int64_t>(i);
  }
  if (where < 0) return;
  const auto i = static_cast<std::size_t>(where);
  wrong(name, words, got_words,
        "largest at " + position(where, shape) + ": " + std::to_string(got[i]) + " instead of " + std::to_string(expected[i]));
}

void Trial::expect_shape(std::string_view name, const Shape& expected) {
  const Shape got = shape(name);
  if (got != expected) wrong(name, "shape " + to_string(expected), "shape " + to_string(got), "");
}

void Trial::expect_number(std::string_view name, double expected, double absolute, double relative) {
  const double got = number(name);
  if (got == expected || (std::isnan(got) && std::isnan(expected))) return;
  const double difference = std::fabs(got - expected);
  if (difference <= absolute + relative * std::fabs(expected)) return;
  wrong(name, describe(expected), describe(got), "off by " + describe(difference));
}

void Trial::expect_integer(std::string_view name, std::int64_t expected) {
  const std::int64_t got = integer(name);
  if (got != expected) wrong(name, std::to_string(expected), std::to_string(got), "");
}

void Trial::expect_text(std::string_view name, std::string_view expected) {
  const std::string got = text(name);
  if (got != expected) wrong(name, "\"" + std::string(expected) + "\"", "\"" + got + "\"", "");
}

void Trial::expect(bool holds, const std::string& what_is_wrong) {
  if (holds) return;
  Values shown = answer();
  for (const char* name : {"ended", "message"}) shown.erase(name);
  wrong("", "", describe(shown), "", what_is_wrong);
}

Rng rng_of_this_test() {
  return Rng(fnv1a(judge_settings().seed + "/" + test_name()));
}

std::int64_t between(Rng& rng, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

Array normal_array(Rng& rng, const Shape& shape, float scale) {
  Array array(shape);
  for (float& value : array.values()) value = scale * rng.normal();
  return array;
}

Array uniform_array(Rng& rng, const Shape& shape, float low, float high) {
  Array array(shape);
  for (float& value : array.values()) value = rng.uniform(low, high);
  return array;
}

}  // namespace tinytorch::course
