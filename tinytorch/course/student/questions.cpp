#include "tinytorch/course/student/questions.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "tinytorch/base/error.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const toml::node& node, const std::string& why) {
  throw Error(file.string() + ":" + std::to_string(node.source().begin.line) + ": " + why);
}

template <class T>
T get(const fs::path& file, const toml::table& table, const char* key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) fail(file, table, std::string("`") + key + "` is missing");
  const auto value = node->value<T>();
  if (!value) fail(file, *node, std::string("`") + key + "` has the wrong type");
  return *value;
}

template <class T>
T get(const fs::path& file, const toml::table& table, const char* key, T otherwise) {
  return table.contains(key) ? get<T>(file, table, key) : otherwise;
}

Question read_question(const fs::path& file, const toml::table& table) {
  Question question;
  question.text = get<std::string>(file, table, "text");
  question.why = get<std::string>(file, table, "why", "");
  const auto kind = get<std::string>(file, table, "kind");
  if (kind == "number") {
    question.answer = get<double>(file, table, "answer");
    question.tolerance = get<double>(file, table, "tolerance", 0.0);
    question.unit = get<std::string>(file, table, "unit", "");
    return question;
  }
  if (kind != "choice") fail(file, table, "`kind` is \"number\" or \"choice\", not \"" + kind + "\"");
  if (const toml::array* choices = table.get_as<toml::array>("choice"))
    for (const toml::node& node : *choices) {
      const toml::table* choice = node.as_table();
      if (choice == nullptr) fail(file, node, "a choice is a table");
      question.choices.push_back({get<std::string>(file, *choice, "text"), get<std::string>(file, *choice, "reason"),
                                  get<bool>(file, *choice, "correct", false)});
    }
  const auto right =
      std::count_if(question.choices.begin(), question.choices.end(), [](const Choice& c) { return c.correct; });
  if (question.choices.size() < 2 || right != 1 || question.choices.size() > 26)
    fail(file, table, "a choice needs 2 to 26 choices, exactly one of them correct");
  Rng rng(std::stoull(hash_of(question.text), nullptr, 16));
  for (std::size_t i = question.choices.size(); i > 1; --i)
    std::swap(question.choices[i - 1], question.choices[static_cast<std::size_t>(rng.below(i))]);
  return question;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Without blanks around it, those of print included.
std::string bare(std::string text) {
  replace_all(text, "\u00a0", " ");
  replace_all(text, "\u202f", " ");
  return std::string(trimmed(text));
}

std::string lowered(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Whether exactly three digits, and no fourth, follow: what a separator of thousands is followed by.
bool three_digits(const std::string& text, std::size_t at) {
  return at + 3 <= text.size() && is_digit(text[at]) && is_digit(text[at + 1]) && is_digit(text[at + 2]) &&
         (at + 3 == text.size() || !is_digit(text[at + 3]));
}

/// Digits, point and exponent at the beginning of `text`, separators taken out; what is left stays in `text`.
std::string take_number(std::string& text) {
  std::string number;
  bool fraction = false, exponent = false;
  std::size_t i = 0;
  const bool several_commas = std::count(text.begin(), text.end(), ',') > 1;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    const bool after_digit = !number.empty() && is_digit(number.back());
    if (is_digit(c))
      number += c;
    else if ((c == '-' || c == '+') && (number.empty() || number.back() == 'e'))
      number += c == '+' && number.empty() ? "" : std::string(1, c);
    else if (c == '.' && !fraction && !exponent)
      number += c, fraction = true;
    else if ((c == ',' || c == ' ' || c == '_' || c == '\'') && after_digit && !fraction && !exponent &&
             three_digits(text, i + 1))
      continue;
    else if (c == ',' && !fraction && !exponent && !several_commas && i + 1 < text.size() && is_digit(text[i + 1]))
      number += '.', fraction = true;
    else if ((c == 'e' || c == 'E') && !exponent && after_digit && i + 1 < text.size() &&
             (is_digit(text[i + 1]) ||
              ((text[i + 1] == '-' || text[i + 1] == '+') && i + 2 < text.size() && is_digit(text[i + 2]))))
      number += 'e', exponent = true;
    else
      break;
  }
  text.erase(0, i);
  return number;
}

/// How many of `unit` one of `given` is; nothing if they do not go together.
std::optional<double> factor(const std::string& given, const std::string& unit) {
  struct Unit {
    const char* names;  // between blanks
    int family;
    double size;
  };
  constexpr Unit kUnits[] = {{" b byte bytes ", 1, 1},
                             {" kb kilobyte kilobytes ", 1, 1e3},
                             {" mb megabyte megabytes ", 1, 1e6},
                             {" gb gigabyte gigabytes ", 1, 1e9},
                             {" kib ", 1, 1024},
                             {" mib ", 1, 1048576},
                             {" gib ", 1, 1073741824},
                             {" s sec second seconds ", 2, 1},
                             {" ms millisecond milliseconds ", 2, 1e-3},
                             {" µs μs us microsecond microseconds ", 2, 1e-6},
                             {" ns nanosecond nanoseconds ", 2, 1e-9},
                             {" min minute minutes ", 2, 60},
                             {" h hour hours ", 2, 3600},
                             {" d day days ", 2, 86400},
                             {" % percent ", 3, 0.01}};
  const auto find = [&](const std::string& name) {
    return std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& u) {
      return std::string(u.names).find(" " + lowered(name) + " ") != std::string::npos;
    });
  };
  if (given.empty() || lowered(given) == lowered(unit)) return 1;
  const auto from = find(given), to = find(unit);
  if (from == std::end(kUnits)) return std::nullopt;
  if (unit.empty()) return from->family == 3 ? std::optional(from->size) : std::nullopt;
  if (to == std::end(kUnits) || to->family != from->family) return std::nullopt;
  return from->size / to->size;
}

std::string plain(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  std::string digits = text;
  if (digits.find_first_of(".en") == std::string::npos)
    for (std::size_t i = digits.size(); i > 3 + (digits[0] == '-' ? 1u : 0u);) digits.insert(i -= 3, ",");
  return digits;
}

}  // namespace

std::vector<Question> read_questions(const fs::path& file) {
  toml::table parsed;
  try {
    parsed = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw Error(file.string() + ":" + std::to_string(error.source().begin.line) + ": " +
                std::string(error.description()));
  }
  std::vector<Question> questions;
  if (const toml::array* list = parsed.get_as<toml::array>("question"))
    for (const toml::node& node : *list) {
      if (node.as_table() == nullptr) fail(file, node, "a question is a table");
      questions.push_back(read_question(file, *node.as_table()));
    }
  if (questions.empty()) throw Error(file.string() + " holds no question");
  return questions;
}

std::optional<double> number_of(std::string text, const std::string& unit) {
  text = bare(std::move(text));
  replace_all(text, "−", "-");
  if (text.size() > 100) return std::nullopt;
  if (text.starts_with("=")) text = bare(text.substr(1));
  const std::string number = take_number(text);
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (number.empty() || error != std::errc() || end != number.data() + number.size() || !std::isfinite(value))
    return std::nullopt;
  const auto times = factor(bare(text), unit);
  if (!times) return std::nullopt;
  return value * *times;
}

Mark mark(const Question& question, const std::string& answer) {
  Mark mark;
  const std::string text = bare(answer);
  if (question.choices.empty()) {
    const auto value = number_of(text, question.unit);
    if (!value) {
      mark.words = "a number is asked for" + (question.unit.empty() ? "" : " (" + question.unit + ")") +
                   ", such as 1250, 1,250" + (question.unit.empty() ? ", 1.25e3 or 12 %" : " or 1.25e3");
      return mark;
    }
    mark.understood = true;
    // The slack beyond the tolerance is for the last bit of decimal fractions.
    mark.right = std::fabs(*value - question.answer) <= question.tolerance + 1e-12 * std::fabs(question.answer);
    return mark;
  }
  std::size_t chosen = question.choices.size();
  std::string key = lowered(text);
  while (!key.empty() && (key.back() == ')' || key.back() == '.')) key.pop_back();
  if (key.size() == 1 && key[0] >= 'a' && key[0] <= 'z') chosen = static_cast<std::size_t>(key[0] - 'a');
  if (key.size() == 1 && key[0] >= '1' && key[0] <= '9') chosen = static_cast<std::size_t>(key[0] - '1');
  for (std::size_t i = 0; i < question.choices.size(); ++i)
    if (lowered(question.choices[i].text) == lowered(text)) chosen = i;
  if (chosen >= question.choices.size()) {
    mark.words = std::string("one of the letters a to ") + static_cast<char>('a' + question.choices.size() - 1) +
                 " is asked for";
    return mark;
  }
  mark.understood = true;
  mark.right = question.choices[chosen].correct;
  mark.words = question.choices[chosen].reason;
  return mark;
}

std::string right_answer(const Question& question) {
  if (question.choices.empty()) {
    const std::string number = plain(question.answer), &unit = question.unit;
    for (const char* kind : {"code", "real value"})  // what the number is, and not of what there are so many
      if (unit == kind) return "the " + unit + " " + number;
    if (unit.starts_with("10^")) return number + " × " + unit;
    return number + (unit.empty() ? "" : " " + unit);
  }
  for (std::size_t i = 0; i < question.choices.size(); ++i)
    if (question.choices[i].correct)
      return std::string(1, static_cast<char>('a' + i)) + ") " + question.choices[i].text;
  return "";
}

}  // namespace tinytorch::course
