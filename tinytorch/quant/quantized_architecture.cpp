#include "tinytorch/quant/quantized_architecture.h"

#include <string>
#include <vector>

#include "tinytorch/base/error.h"
#include "tinytorch/io/text.h"
#include "tinytorch/nn/architecture.h"

namespace tinytorch {
namespace {

using Make = std::function<std::shared_ptr<QuantizedLinear>(const std::string& path, const QuantizedLinearSpec&)>;

constexpr int kMostNested = 64;

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw Error("[quantized_model] architecture " + in_quotes(text) + ": " + why);
}

/// "Name(a, b(c, d))" in its parts: Name; a; b(c, d).
struct Call {
  std::string_view name;
  std::vector<std::string_view> arguments;
};

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Call split(std::string_view text) {
  const auto open = text.find('(');
  if (open == text.npos || text.back() != ')') refuse(text, "want Name(arguments)");
  Call call{trim(text.substr(0, open)), {}};
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    depth += (inside[i] == '(') - (inside[i] == ')');
    if (depth < 0) refuse(text, "a ')' too many");
    if (inside[i] == ',' && depth == 0) {
      call.arguments.push_back(trim(inside.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (depth != 0) refuse(text, "a ')' is missing");
  if (!trim(inside).empty()) call.arguments.push_back(trim(inside.substr(begin)));
  return call;
}

QuantizedLinearSpec read_spec(std::string_view text, const Call& call) {
  QuantizedLinearSpec spec;
  if (call.arguments.size() < 2) refuse(text, "QuantizedLinear has two sizes");
  const auto size = [&](std::string_view word) {
    const auto value = parse_number<std::int64_t>(word);
    if (!value || *value < 1) refuse(text, in_quotes(word) + " is not a size");
    return *value;
  };
  spec.in = size(call.arguments[0]);
  spec.out = size(call.arguments[1]);
  for (std::size_t i = 2; i < call.arguments.size(); ++i) {
    const std::string_view option = call.arguments[i];
    if (option.starts_with("scheme=")) {
      spec.scheme = parse_quant_scheme(option.substr(7));
    } else if (option == "relu=true") {
      spec.relu = true;
    } else if (option == "bias=false") {
      spec.bias = false;
    } else {
      refuse(text, in_quotes(option) + " is not an option of QuantizedLinear");
    }
  }
  return spec;
}

ModulePtr build(std::string_view text, const std::string& path, const Make& make, int depth) {
  if (depth > kMostNested) refuse(text, "nested deeper than " + std::to_string(kMostNested));
  const Call call = split(text);
  const auto below = [&](std::size_t i) { return (path.empty() ? "" : path + ".") + std::to_string(i); };
  if (call.name == "Sequential") {
    std::vector<ModulePtr> modules;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      modules.push_back(build(call.arguments[i], below(i), make, depth + 1));
    }
    return std::make_shared<Sequential>(std::move(modules));
  }
  if (call.name == "IntegerNetwork") {
    std::vector<std::shared_ptr<QuantizedLinear>> layers;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const Call inner = split(call.arguments[i]);
      if (inner.name != "QuantizedLinear") refuse(call.arguments[i], "an IntegerNetwork is made of QuantizedLinear");
      layers.push_back(make(below(i), read_spec(call.arguments[i], inner)));
    }
    return std::make_shared<IntegerNetwork>(std::move(layers));
  }
  if (call.name == "QuantizedLinear") return make(path, read_spec(text, call));
  if (call.name == "Linear") refuse(text, "a float layer has no place in a quantized model's file");
  Rng rng(0);  // the others have no weights; Dropout is off at inference
  return parse_architecture(text, rng)->modules().front();
}

}  // namespace

std::shared_ptr<Sequential> parse_quantized_architecture(std::string_view text, const Make& make) {
  const ModulePtr root = build(trim(text), "", make, 1);
  const auto network = std::dynamic_pointer_cast<Sequential>(root);
  if (!network) refuse(text, "want Sequential(…)");
  return network;
}

}  // namespace tinytorch
