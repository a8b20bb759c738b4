#include "tinytorch/nn/architecture.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

constexpr int kMostNested = 64;
constexpr std::int64_t kMostParameters = std::int64_t{1} << 31;

enum class Kind { sequential, linear, relu, sigmoid, tanh, gelu, softmax, dropout, flatten };
constexpr std::array<std::pair<std::string_view, Kind>, 9> kKinds{{{"Sequential", Kind::sequential},
                                                                   {"Linear", Kind::linear},
                                                                   {"ReLU", Kind::relu},
                                                                   {"Sigmoid", Kind::sigmoid},
                                                                   {"Tanh", Kind::tanh},
                                                                   {"GELU", Kind::gelu},
                                                                   {"Softmax", Kind::softmax},
                                                                   {"Dropout", Kind::dropout},
                                                                   {"Flatten", Kind::flatten}}};

/// A layer as plain data. The whole text is read and checked before a weight is allocated.
struct Spec {
  Kind kind = Kind::sequential;
  std::int64_t in = 0, out = 0;  // of a Linear
  bool bias = true;              // of a Linear
  float p = 0;                   // of a Dropout
  std::vector<Spec> children;    // of a Sequential
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Recursive descent over the text; every function leaves the place behind what it read.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Spec parse() {
    skip_space();
    Spec root = at_ < text_.size() && is_digit(text_[at_]) ? sizes() : module(1);
    skip_space();
    if (at_ < text_.size()) fail(at_, "nothing may follow the network");
    if (root.kind == Kind::sequential) return root;
    Spec wrapped;
    wrapped.children.push_back(std::move(root));
    return wrapped;
  }

  std::int64_t parameters() const { return parameters_; }

 private:
  /// "784-128-10"
  Spec sizes() {
    Spec root;
    std::int64_t in = size();
    skip_space();
    if (at_ == text_.size()) fail(at_, "one size makes no layer; write at least two, such as 784-10");
    while (at_ < text_.size()) {
      expect('-', "between sizes");
      const std::size_t start = at_;
      const std::int64_t out = size();
      if (!root.children.empty()) root.children.push_back({.kind = Kind::relu, .children = {}});
      root.children.push_back({.kind = Kind::linear, .in = in, .out = out, .children = {}});
      add_linear(root.children.back(), start);
      in = out;
      skip_space();
    }
    return root;
  }

  /// "Name(arguments)"
  Spec module(int depth) {
    skip_space();
    const std::size_t start = at_;
    const std::string_view name = word();
    Spec spec;
    spec.kind = kind(name, start);
    if (depth > kMostNested) fail(start, "nested deeper than " + std::to_string(kMostNested));
    expect('(', "behind the name of a layer");
    if (spec.kind == Kind::linear) {
      linear_arguments(spec, start);
    } else if (spec.kind == Kind::dropout) {
      spec.p = probability();
    } else if (spec.kind == Kind::sequential && !next_is(')')) {
      do {
        spec.children.push_back(module(depth + 1));
      } while (take(','));
    }
    expect(')', "at the end of a layer");
    return spec;
  }

  void linear_arguments(Spec& spec, std::size_t start) {
    spec.in = size();
    expect(',', "between the two sizes of Linear");
    spec.out = size();
    if (take(',')) {
      skip_space();
      std::size_t place = at_;
      if (word() != "bias") fail(place, "the third argument of Linear is bias=true or bias=false");
      expect('=', "behind bias");
      skip_space();
      place = at_;
      const std::string_view value = word();
      if (value != "true" && value != "false") fail(place, "bias is true or false");
      spec.bias = value == "true";
    }
    add_linear(spec, start);
  }

  /// Checks a Linear against what comes before it. The layers without parameters hand the size through.
  void add_linear(const Spec& spec, std::size_t place) {
    if (width_ && *width_ != spec.in) {
      fail(place, "Linear(" + std::to_string(spec.in) + ", " + std::to_string(spec.out) +
                      ") behind a layer that gives " + std::to_string(*width_) + " features");
    }
    width_ = spec.out;
    // Sizes are at most kMostParameters, so that neither the product nor the sum overflows.
    parameters_ += spec.in * spec.out + (spec.bias ? spec.out : 0);
    if (parameters_ > kMostParameters) fail(place, "more than 2^31 parameters in all");
  }

  Kind kind(std::string_view name, std::size_t place) const {
    std::string known;
    for (const auto& [word, kind] : kKinds) {
      if (word == name) return kind;
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
    fail(place, (name.empty() ? "a layer is missing here; known are " : "unknown layer; known are ") + known);
  }

  std::int64_t size() {
    skip_space();
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == start) fail(start, "a size is missing here: a whole number of at least 1");
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + start, text_.data() + at_, value);
    if (error != std::errc() || value > kMostParameters) fail(start, "this size is too large");
    if (value < 1) fail(start, "a size must be at least 1");
    return value;
  }

  float probability() {
    skip_space();
    const std::size_t start = at_;
    float value = 0;
    const auto [end, error] = std::from_chars(text_.data() + start, text_.data() + text_.size(), value);
    if (error != std::errc() || !(value >= 0 && value < 1)) fail(start, "Dropout takes a probability in [0, 1)");
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  std::string_view word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    return text_.substr(start, at_ - start);
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool next_is(char c) {
    skip_space();
    return at_ < text_.size() && text_[at_] == c;
  }

  bool take(char c) {
    const bool found = next_is(c);
    at_ += found;
    return found;
  }

  void expect(char c, const std::string& where) {
    if (!take(c)) fail(at_, std::string("'") + c + "' is missing " + where);
  }

  /// The message, and below it the text around the place with a caret under it.
  [[noreturn]] void fail(std::size_t place, const std::string& why) const {
    constexpr std::size_t kAround = 40;
    const std::size_t begin = place > kAround ? place - kAround : 0;
    const std::size_t end = std::min(text_.size(), place + kAround);
    std::string shown = begin > 0 ? "..." : "";
    const std::size_t caret = shown.size() + place - begin;
    for (const char c : text_.substr(begin, end - begin)) shown += c >= ' ' && c <= '~' ? c : '?';
    if (end < text_.size()) shown += "...";
    throw Error("[architecture] at character " + std::to_string(place + 1) + ": " + why + "\n  " + shown + "\n  " +
                std::string(caret, ' ') + "^");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::int64_t> width_;  ///< features that the last Linear gives
  std::int64_t parameters_ = 0;
};

ModulePtr build(const Spec& spec, Rng& rng);

std::shared_ptr<Sequential> build_sequential(const Spec& spec, Rng& rng) {
  std::vector<ModulePtr> modules;
  for (const Spec& child : spec.children) modules.push_back(build(child, rng));
  return std::make_shared<Sequential>(std::move(modules));
}

ModulePtr build(const Spec& spec, Rng& rng) {
  switch (spec.kind) {
    case Kind::sequential:
      return build_sequential(spec, rng);
    case Kind::linear:
      return std::make_shared<Linear>(spec.in, spec.out, rng, spec.bias);
    case Kind::relu:
      return std::make_shared<ReLU>();
    case Kind::sigmoid:
      return std::make_shared<Sigmoid>();
    case Kind::tanh:
      return std::make_shared<Tanh>();
    case Kind::gelu:
      return std::make_shared<GELU>();
    case Kind::softmax:
      return std::make_shared<Softmax>();
    case Kind::dropout:
      return std::make_shared<Dropout>(spec.p, rng);
    case Kind::flatten:
      return std::make_shared<Flatten>();
  }
  throw Error("[architecture] a layer of no kind");
}

}  // namespace

std::shared_ptr<Sequential> parse_architecture(std::string_view text, Rng& rng) {
  return build_sequential(Parser(text).parse(), rng);
}

std::int64_t count_architecture_parameters(std::string_view text) {
  Parser parser(text);
  parser.parse();
  return parser.parameters();
}

}  // namespace tinytorch
