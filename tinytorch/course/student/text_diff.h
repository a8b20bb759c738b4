#pragma once
#include <string>
#include <vector>

namespace tinytorch::course {

/// The difference of two texts in unified form: "@@ -3,7 +3,9 @@", lines with ' ', '-' or '+' in front. Empty if they
/// are equal. Texts beyond a few thousand changed lines are shown as one change.
std::vector<std::string> unified_diff(const std::string& before, const std::string& after, int context = 3);

}  // namespace tinytorch::course
