#pragma once
#include <map>

#include "tinytorch/course/author/findings.h"
#include "tinytorch/course/author/solution_lines.h"
#include "tinytorch/course/catalog.h"

namespace tinytorch::course {

/// What a Markdown file consists of, as far as it can be checked.
struct Markdown {
  struct Link {
    std::string target;
    int line = 0;
  };
  struct QuotedCommand {
    std::string text;  ///< "./tt check relu"
    int line = 0;
    bool slow = false;  ///< in a block that begins with ```sh slow
  };
  std::string title;
  std::vector<std::string> anchors;  ///< of headings, by GitHub's rule; repeated ones get -1, -2, …
  std::vector<Link> links;           ///< of text and pictures, outside of code
  std::vector<QuotedCommand> commands;
  int words = 0;  ///< outside of code blocks
};
Markdown read_markdown(const std::string& text);
std::string github_anchor(const std::string& heading);

/// Title, length, anchors, links, pictures, questions of a module's lesson; no line of a solution in it.
/// Runs picture*.py --check.
/// @returns the commands that it quotes
std::vector<Markdown::QuotedCommand> check_lesson(const std::filesystem::path& root, const Module& module,
                                                  const SolutionLines& solutions, Findings& findings);

/// The programs behind ./tt, and the tree that they see.
struct Programs {
  std::filesystem::path tt, course, root, build;
};
/// A copy of the project, of links but for exercises/, where every exercise is solved. @param to  a folder that is not
/// there
void make_solved_tree(const std::filesystem::path& root, const std::filesystem::path& to);
/// Runs a quoted command; a quiz gets the right answers. Of a slow command, only asks whether its name and options are
/// known.
/// @returns what is wrong, or nothing
std::string try_command(const Programs& programs, const Markdown::QuotedCommand& command);

}  // namespace tinytorch::course
