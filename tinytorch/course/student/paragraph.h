#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tinytorch::course {

/// Text for people in lines of at most `width` columns (a longer word stands alone); blanks and line ends are one
/// blank.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// "label      text text text" with the rest of the text under its beginning.
std::vector<std::string> labelled(std::string_view label, std::string_view text, std::size_t indent, std::size_t width);

std::size_t columns(std::string_view utf8);  ///< characters: what a terminal shows of the scripts that the course uses
/// What somebody else's program printed, fit for a terminal: without control characters, at most `lines` of `width`
/// columns.
std::vector<std::string> bounded(std::string_view text, std::size_t lines, std::size_t width);

}  // namespace tinytorch::course
