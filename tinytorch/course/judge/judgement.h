#pragma once
#include <gtest/gtest.h>

#include <exception>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tinytorch/base/rng.h"
#include "tinytorch/course/process.h"
#include "tinytorch/course/values.h"
#include "tinytorch/course/verdict.h"

namespace tinytorch::course {

/// Ends a test whose result is already recorded; nothing that a judgement needs to catch.
struct EndOfTest : std::exception {};

/// One question to the student's code: give inputs, run a scenario in a worker, compare what it answers with what a
/// judgement knows. The first expectation that does not hold is recorded as the test's result and ends the test.
///
///   TEST(Relu, NegativesBecomeZero) {
///     Trial trial("forward");
///     trial.give("x", Array({3}, {-1, 0, 2})).run();
///     trial.expect_array("y", Array({3}, {0, 0, 2}));
///   }
class Trial {
 public:
  /// @param scenario  a name in the exercise's scenarios file
  explicit Trial(std::string scenario) : scenario_(std::move(scenario)) {}

  /// An input, as Values::set takes it.
  template <class T>
  Trial& give(std::string_view name, const T& value) {
    in_.set(name, value);
    if constexpr (std::is_same_v<T, bool>)
      flags_.emplace(name);
    else
      flags_.erase(std::string(name));
    return *this;
  }
  Trial& give_integers(std::string_view name, const std::vector<std::int64_t>& values) {
    in_.set_integers(name, values);
    return *this;
  }
  Trial& give_integers(std::string_view name, const std::vector<std::int64_t>& values, Shape shape) {
    in_.set_integers(name, values, std::move(shape));
    return *this;
  }
  Trial& limits(const Limits& limits) {
    limits_ = limits;
    return *this;
  }

  /// Runs the worker. Whatever is not an answer (not attempted, crash, time, memory, an unexpected Error) ends the test
  /// with that status. Afterwards the answer's values are there for expectations.
  Trial& run();
  /// Runs the worker and expects that the student's code refuses: it throws Error, and the message contains every part.
  void run_and_expect_error(const std::vector<std::string>& parts);

  /// What was answered. A value that is missing or of another kind ends the test.
  Array array(std::string_view name);
  std::vector<std::int64_t> integers(std::string_view name);
  Shape shape(std::string_view name);
  double number(std::string_view name);
  std::int64_t integer(std::string_view name);
  std::string text(std::string_view name);

  /// Equal shape, and every element equal to the bit (NaN equals NaN; 0 equals -0), or
  /// |got - expected| <= absolute + relative |expected|.
  void expect_array(std::string_view name, const Array& expected, double absolute = 0, double relative = 0);
  void expect_integers(std::string_view name, const std::vector<std::int64_t>& expected);
  void expect_integers(std::string_view name, const std::vector<std::int64_t>& expected, const Shape& shape);
  void expect_shape(std::string_view name, const Shape& expected);
  void expect_number(std::string_view name, double expected, double absolute = 0, double relative = 0);
  void expect_integer(std::string_view name, std::int64_t expected);
  void expect_text(std::string_view name, std::string_view expected);
  /// Any other property. The words say what does not hold, with the numbers: "row 3 sums to 0.98, not 1".
  void expect(bool holds, const std::string& what_is_wrong);

 private:
  const Values& answer() const;
  template <class Get>
  auto take(Get get);
  void start();
  [[noreturn]] void end(Status status, TestResult result);
  [[noreturn]] void wrong(std::string_view name, std::string expected, std::string got, std::string difference,
                          std::string message = "");

  std::string scenario_;
  Limits limits_;
  Values in_, out_;
  std::set<std::string> flags_;  ///< inputs that are true or false
  Outcome outcome_;
  bool ran_ = false;
  std::string ended_, message_;
};

/// Where a hidden judgement's sizes and values come from: course key, submission and the test's name, so that a grade can
/// be repeated and no two students meet the same numbers. In a visible test it is the same for everybody.
Rng rng_of_this_test();
std::int64_t between(Rng& rng, std::int64_t low, std::int64_t high);  ///< low and high included
Array normal_array(Rng& rng, const Shape& shape, float scale = 1);
Array uniform_array(Rng& rng, const Shape& shape, float low, float high);

}  // namespace tinytorch::course
