#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "tinytorch/tensor/check.h"

/// The rules of NumPy's str(): each element in its shortest form, all in one notation and aligned at the decimal point.
namespace tinytorch {
namespace {

constexpr std::size_t kPrecision = 8;  ///< digits after the point, at most
constexpr std::size_t kLineWidth = 75;
constexpr std::int64_t kThreshold = 1000;  ///< larger arrays are shortened
constexpr std::int64_t kEdge = 3;          ///< elements kept at either end of a shortened axis

/// A number as text: sign and digits before the point, digits after it, and the power of ten.
struct Parts {
  std::string whole, fraction;
  int power = 0;
};

/// x as d.ddd times a power of ten: the shortest digits that read back as x, or `digits` after the point.
Parts scientific(float x, std::optional<std::size_t> digits = {}) {
  char text[64];
  const auto format = std::chars_format::scientific;
  const char* end = digits ? std::to_chars(text, text + sizeof text, x, format, static_cast<int>(*digits)).ptr
                           : std::to_chars(text, text + sizeof text, x, format).ptr;
  const std::string all(text, static_cast<std::size_t>(end - text));
  const std::size_t e = all.find('e'), point = std::min(all.find('.'), e);
  return {all.substr(0, point), point == e ? "" : all.substr(point + 1, e - point - 1), std::atoi(all.c_str() + e + 1)};
}

/// The same without a power: zeros take the place of digits that the shortest form does not have.
Parts positional(float x, std::size_t precision) {
  Parts p = scientific(x);
  const bool negative = p.whole[0] == '-';
  std::string digits = p.whole.substr(negative) + p.fraction;
  if (p.power < 0) digits.insert(0, static_cast<std::size_t>(-p.power), '0');
  const auto before = static_cast<std::size_t>(std::max(p.power, 0)) + 1;
  if (digits.size() < before) digits.append(before - digits.size(), '0');
  p = {std::string(negative, '-').append(digits, 0, before), digits.substr(before)};
  if (p.fraction.size() > precision) {
    char text[64];
    const char* end =
        std::to_chars(text, text + sizeof text, x, std::chars_format::fixed, static_cast<int>(precision)).ptr;
    const std::string all(text, static_cast<std::size_t>(end - text));
    p = {all.substr(0, all.find('.')), all.substr(all.find('.') + 1)};
  }
  p.fraction.erase(p.fraction.find_last_not_of('0') + 1);
  return p;
}

std::string power_of_ten(int power) {
  const std::string digits = std::to_string(std::abs(power));
  return std::string(power < 0 ? "e-" : "e+").append(digits.size() < 2 ? 1 : 0, '0') + digits;
}

std::string not_finite(float x) { return std::isnan(x) ? "nan" : x < 0 ? "-inf" : "inf"; }

/// One width for all elements that are shown.
class Column {
 public:
  explicit Column(const std::vector<float>& shown) {
    float least = INFINITY, most = 0;
    bool any_finite = false;
    for (float x : shown) {
      if (!std::isfinite(x)) continue;
      any_finite = true;
      most = std::max(most, std::abs(x));
      if (x != 0) least = std::min(least, std::abs(x));
    }
    with_power_ = most > 0 && (most >= 1e6f || least < 1e-4f || most / least > 1000);
    for (float x : shown) {
      if (!std::isfinite(x)) continue;
      const Parts p = parts(x);
      left_ = std::max(left_, p.whole.size());
      right_ = std::max(right_, p.fraction.size());
    }
    const std::size_t point = any_finite ? right_ + 1 + (with_power_ ? 4 : 0) : 1;
    for (float x : shown) {
      if (std::isfinite(x)) continue;
      const std::size_t size = not_finite(x).size();
      if (size > left_ + point) left_ = size - point;
    }
    width_ = left_ + point;
  }

  std::string operator()(float x) const {
    if (!std::isfinite(x)) return padded(not_finite(x), width_);
    const Parts p = with_power_ ? scientific(x, right_) : parts(x);
    const std::string tail = with_power_ ? power_of_ten(p.power) : std::string(right_ - p.fraction.size(), ' ');
    return padded(p.whole, left_) + '.' + p.fraction + tail;
  }

 private:
  Parts parts(float x) const { return with_power_ ? scientific(x) : positional(x, kPrecision); }
  static std::string padded(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
  }

  bool with_power_ = false;
  std::size_t left_ = 0, right_ = 0, width_ = 0;
};

class Printer {
 public:
  explicit Printer(const Array& a)
      : array_(a), strides_(row_major_strides(a.shape())), shortened_(a.size() > kThreshold), column_(shown()) {}

  std::string print() const { return axis(0, 0, " ", kLineWidth); }

 private:
  /// Indices shown along an axis; -1 stands for "...".
  std::vector<std::int64_t> indices(std::size_t axis) const {
    const std::int64_t size = array_.shape()[axis];
    std::vector<std::int64_t> result;
    for (std::int64_t i = 0; i < size; ++i) {
      if (!shortened_ || size <= 2 * kEdge || i < kEdge || i >= size - kEdge)
        result.push_back(i);
      else if (result.back() >= 0)
        result.push_back(-1), i = size - kEdge - 1;
    }
    return result;
  }

  std::vector<float> shown() const {
    std::vector<std::int64_t> positions{0};
    for (std::size_t axis = 0; axis < array_.rank(); ++axis) {
      std::vector<std::int64_t> next;
      for (std::int64_t position : positions) {
        for (std::int64_t i : indices(axis)) {
          if (i >= 0) next.push_back(position + i * strides_[axis]);
        }
      }
      positions = std::move(next);
    }
    std::vector<float> values;
    for (std::int64_t position : positions) values.push_back(array_.data()[position]);
    return values;
  }

  std::string axis(std::size_t number, std::int64_t position, const std::string& indent, std::size_t width) const {
    if (number + 1 == array_.rank()) return row(position, indent, width - 1);
    const std::string separator(array_.rank() - number - 1, '\n');
    std::string text;
    for (std::int64_t i : indices(number)) {
      if (!text.empty()) text += separator + indent;
      text += i < 0 ? "..." : axis(number + 1, position + i * strides_[number], indent + ' ', width - 1);
    }
    return '[' + text + ']';
  }

  std::string row(std::int64_t position, const std::string& indent, std::size_t width) const {
    std::string text, line = indent;
    for (std::int64_t i : indices(array_.rank() - 1)) {
      const std::string word = i < 0 ? "..." : column_(array_.data()[position + i]);
      if (line.size() + word.size() > width && line.size() > indent.size()) {
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        line = indent;
      }
      line += word + ' ';
    }
    line.pop_back();
    return '[' + (text + line).substr(indent.size()) + ']';
  }

  const Array& array_;
  Shape strides_;
  bool shortened_;
  Column column_;
};

/// As NumPy prints a number that is not in an array: 1.0, 0.1, 1e-05.
std::string scalar(float x) {
  if (!std::isfinite(x)) return not_finite(x);
  const float size = std::abs(x);
  if (size != 0 && (size < 1e-4 || size >= 1e6f)) {
    const Parts p = scientific(x);
    return p.whole + (p.fraction.empty() ? "" : ".") + p.fraction + power_of_ten(p.power);
  }
  const Parts p = positional(x, 64);
  return p.whole + '.' + (p.fraction.empty() ? "0" : p.fraction);
}

}  // namespace

std::string to_string(const Array& a) {
  require_defined("to_string", a);
  if (a.rank() == 0) return scalar(a.item());
  if (a.size() == 0) return "[]";
  return Printer(a).print();
}

}  // namespace tinytorch
