#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tinytorch::course {

struct Choice {
  std::string text, reason;
  bool correct = false;
};

/// A question of a module's quiz.
struct Question {
  std::string text, why;
  std::vector<Choice> choices;  ///< as they are shown; empty: a number is asked for
  double answer = 0, tolerance = 0;
  std::string unit;
};

/// modules/NN_name/questions.toml. Choices stand in an order of our own that is always the same, as authors write the
/// right one first.
/// @throws Error naming file and line of what is wrong
std::vector<Question> read_questions(const std::filesystem::path& file);

/// A number as people write it: "1e3", "1,000", "1 000", "0,5", "−3", "50 %", "940584 bytes", "1.5 MB", "12 µs".
/// Prefixes are converted where the unit is known (bytes: k = 1000, Ki = 1024; seconds); per cent are converted where
/// the question asks for a plain number.
/// @returns nothing if it is none, or of another unit
std::optional<double> number_of(std::string text, const std::string& unit);

struct Mark {
  bool understood = false, right = false;
  std::string words;  ///< the reason of a choice, or what was not understood
};
/// @param answer  a number, or a choice: its letter, its number from 1 or its text
Mark mark(const Question& question, const std::string& answer);

/// What is right, in words: "940,584 bytes"; the choice's letter and text.
std::string right_answer(const Question& question);

}  // namespace tinytorch::course
