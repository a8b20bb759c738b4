#pragma once
#include <set>
#include <string>
#include <vector>

#include "tinytorch/course/values.h"

namespace tinytorch::course {

/// Short words for people: a shape and the first few values, "(2, 3) [1, 2, 3, 4, 5, 6]", "(64, 128) [0.1, -2, …]".
std::string describe(const Array& array);
std::string describe(std::span<const std::int64_t> values, const Shape& shape);
std::string describe(double number);
std::string describe(float number);  ///< the fewest digits that no other float has
/// "x (2,) [1, 2], axis 0, relu true". @param flags  the names of integers that are true or false
std::string describe(const Values& values, const std::set<std::string>& flags = {});
/// What a message with these parts is called: "an Error that says "x", "y"", "an Error" without any.
std::string describe_error(const std::vector<std::string>& parts);
std::string position(std::int64_t flat, const Shape& shape);  ///< "[1, 2]"

/// Equal answers have equal fingerprints: of every value, numbers taken to five digits.
std::string fingerprint(const Values& answer);

}  // namespace tinytorch::course
