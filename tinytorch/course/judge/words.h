#pragma once
#include "tinytorch/course/values.h"

namespace tinytorch::course {

/// Short words for people: a shape and the first few values, "(2, 3) [1, 2, 3, 4, 5, 6]", "(64, 128) [0.1, -2, …]".
std::string describe(const Array& array);
std::string describe(std::span<const std::int64_t> values, const Shape& shape);
std::string describe(double number);
std::string describe(float number);  ///< the fewest digits that no other float has
std::string describe(const Values& values);  ///< "x (2,) [1, 2], axis 0"
std::string position(std::int64_t flat, const Shape& shape);  ///< "[1, 2]"

/// Equal answers have equal fingerprints: of every value, numbers taken to five digits.
std::string fingerprint(const Values& answer);

}  // namespace tinytorch::course
