#pragma once
#include <string>
#include <vector>

namespace tinytorch::course {

/// A heading of a lesson.
struct Heading {
  int level = 1;
  std::string text, anchor;  ///< anchor by GitHub's rule: lower case, blanks to -, punctuation dropped
  std::size_t line = 0;      ///< from 0
};
std::vector<Heading> headings_of(const std::string& markdown);
std::string anchor_of(const std::string& heading);

/// A section with its subsections, from its heading to the next one of its level or above.
/// @throws Error listing the anchors there are
std::string section_of(const std::string& markdown, const std::string& anchor);

struct RenderOptions {
  std::size_t width = 80;
  bool colour = false;         ///< bold headings, underlined file names, dim code
  std::string picture_folder;  ///< where pictures' paths begin, "modules/03_activations/"
};
/// Markdown for a terminal: paragraphs wrapped, tables in columns, code as it is, pictures as the file to open.
std::vector<std::string> render_markdown(const std::string& markdown, const RenderOptions& options);

}  // namespace tinytorch::course
