#include <cmath>

#include "tinytorch/tensor/elementwise.h"

namespace tinytorch {

Array negate(const Array& a) {
  return elementwise("negate", a, [](float x) { return -x; });
}
Array exp(const Array& a) {
  return elementwise("exp", a, [](float x) { return std::exp(x); });
}
Array log(const Array& a) {
  return elementwise("log", a, [](float x) { return std::log(x); });
}
Array sqrt(const Array& a) {
  return elementwise("sqrt", a, [](float x) { return std::sqrt(x); });
}
Array abs(const Array& a) {
  return elementwise("abs", a, [](float x) { return std::abs(x); });
}
Array sign(const Array& a) {  // NaN stays NaN
  return elementwise("sign", a, [](float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; });
}
Array sin(const Array& a) {
  return elementwise("sin", a, [](float x) { return std::sin(x); });
}
Array cos(const Array& a) {
  return elementwise("cos", a, [](float x) { return std::cos(x); });
}
Array tanh(const Array& a) {
  return elementwise("tanh", a, [](float x) { return std::tanh(x); });
}
Array erf(const Array& a) {
  return elementwise("erf", a, [](float x) { return std::erf(x); });
}
Array square(const Array& a) {
  return elementwise("square", a, [](float x) { return x * x; });
}
Array reciprocal(const Array& a) {
  return elementwise("reciprocal", a, [](float x) { return 1 / x; });
}
Array pow(const Array& a, float exponent) {
  return elementwise("pow", a, [exponent](float x) { return std::pow(x, exponent); });
}
Array scale(const Array& a, float factor, float offset) {
  return elementwise("scale", a, [=](float x) { return x * factor + offset; });
}

}  // namespace tinytorch
