#pragma once
#include <string>
#include <vector>

#include "tinytorch/course/grade/grade.h"

namespace tinytorch::course {

/// How a grade is written down for those who read it. Nothing about a hidden test but its contract and how it ended leaves
/// in a format that students see: gradescope, classroom50, exercism, markdown.
const std::vector<std::string>& grade_formats();  ///< json, junit, gradescope, classroom50, exercism, markdown
/// @throws Error if there is no such format
std::string write_grade(const Grade& grade, const std::string& format);

/// "expected y (3,) [0, 1, 2], got …": what a student may know about a test that did not pass, in a few lines.
std::string explain(const TestGrade& test, bool details_of_hidden);

}  // namespace tinytorch::course
