#include <gmock/gmock.h>

#include "tinytorch/base/error.h"
#include "tinytorch/base/rng.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/lesson.h"
#include "tinytorch/course/student/paragraph.h"
#include "tinytorch/course/student/text_diff.h"

namespace tinytorch::course {
namespace {

using ::testing::ElementsAre;

TEST(Paragraph, WrapsAtTheWidthAndCountsCharacters) {
  EXPECT_THAT(wrap("aaa bbb\nccc", 7), ElementsAre("aaa bbb", "ccc"));
  EXPECT_THAT(wrap("äöü äöü", 7), ElementsAre("äöü äöü"));
  EXPECT_THAT(wrap("longerthanseven x", 7), ElementsAre("longerthanseven", "x"));
  EXPECT_THAT(wrap(" \n ", 7), ElementsAre());
}

TEST(Paragraph, BoundedOutputIsFitForATerminal) {
  std::string text = "\x1b[31mred\x07\r\n";
  for (int i = 0; i < 100; ++i) text += "line\n";
  const std::vector<std::string> lines = bounded(text + std::string(50 << 20, 'x'), 3, 20);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], " [31mred  ");
  for (const std::string& line : lines) EXPECT_LE(columns(line), 30u);
  EXPECT_THAT(bounded(std::string(1000, 'y'), 3, 20), ElementsAre(::testing::SizeIs(::testing::Le(22u))));
}

TEST(Diff, IsWhatPatchReads) {
  EXPECT_THAT(unified_diff("a\nb\nc\n", "a\nx\nc\n", 1), ElementsAre("@@ -1,3 +1,3 @@", " a", "-b", "+x", " c"));
  EXPECT_THAT(unified_diff("a\n", "a\n"), ElementsAre());
  EXPECT_THAT(unified_diff("", "a\nb\n"), ElementsAre("@@ -0,0 +1,2 @@", "+a", "+b"));
  EXPECT_THAT(unified_diff("a\n", ""), ElementsAre("@@ -1,1 +0,0 @@", "-a"));
}

/// Applies a unified diff to the lines it was made from.
std::vector<std::string> patched(const std::vector<std::string>& before, const std::vector<std::string>& diff) {
  std::vector<std::string> after;
  std::size_t at = 0;
  for (const std::string& line : diff) {
    if (line[0] == '@') {
      const std::size_t start = std::stoul(line.substr(4)), count = std::stoul(line.substr(line.find(',') + 1));
      const std::size_t first = count == 0 ? start : start - 1;
      while (at < first) after.push_back(before.at(at++));
    } else if (line[0] == '+') {
      after.push_back(line.substr(1));
    } else {
      EXPECT_EQ(before.at(at), line.substr(1));
      if (line[0] == ' ') after.push_back(before[at]);
      ++at;
    }
  }
  while (at < before.size()) after.push_back(before[at++]);
  return after;
}

TEST(Diff, AppliedToTheOldTextGivesTheNewOne) {
  Rng rng(1);
  for (int round = 0; round < 300; ++round) {
    std::string a, b;
    for (std::uint64_t i = rng.below(30); i-- > 0;) a += std::string(1, static_cast<char>('a' + rng.below(4))) + "\n";
    for (std::uint64_t i = rng.below(30); i-- > 0;) b += std::string(1, static_cast<char>('a' + rng.below(4))) + "\n";
    ASSERT_EQ(patched(lines_of(a), unified_diff(a, b, static_cast<int>(rng.below(4)))), lines_of(b)) << a << "---\n"
                                                                                                     << b;
  }
}

constexpr const char* kLesson =
    "# Module 03: Activations\n\ntext **bold** and a [link](other.md)\n\n## The rule\n\n```sh\n# not a heading\n./tt "
    "check relu\n```\n"
    "\n### relu\n\none\n\n### gelu\n\ntwo\n\n## Costs & more\n\n| a | b |\n|---|---|\n| 1 | `x\\|y` "
    "|\n\n![seen](p.svg)\n";

TEST(Lesson, AnchorsAreGitHubs) {
  EXPECT_EQ(anchor_of("How PyTorch does it"), "how-pytorch-does-it");
  EXPECT_EQ(anchor_of("Costs & more: `x_1`"), "costs--more-x_1");
  EXPECT_EQ(anchor_of("What it costs at scale"), "what-it-costs-at-scale");
}

TEST(Lesson, ASectionEndsAtTheNextHeadingOfItsLevel) {
  EXPECT_EQ(section_of(kLesson, "relu"), "### relu\n\none\n\n");
  EXPECT_THAT(section_of(kLesson, "the-rule"),
              ::testing::AllOf(::testing::HasSubstr("# not a heading"), ::testing::HasSubstr("two"),
                               ::testing::Not(::testing::HasSubstr("Costs"))));
  EXPECT_THROW(section_of(kLesson, "not-a-heading"), Error);
}

TEST(Lesson, IsReadableInATerminal) {
  RenderOptions options;
  options.width = 40;
  options.picture_folder = "modules/03/";
  std::string text;
  for (const std::string& line : render_markdown(kLesson, options)) {
    EXPECT_LE(columns(line), 46u) << line;
    text += line + "\n";
  }
  for (const char* part : {"text bold and a link (other.md)", "    ./tt check relu", "  1  `x|y`", "modules/03/p.svg"})
    EXPECT_THAT(text, ::testing::HasSubstr(part));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("\033")));
}

std::vector<std::string> rendered(const std::string& text, std::size_t width) {
  RenderOptions options;
  options.width = width;
  return render_markdown(text, options);
}

TEST(Lesson, EmphasisLosesItsSigns) {
  EXPECT_THAT(rendered("*Each row* on *the* float, **all** of it: (*slower*), *é*.", 80),
              ElementsAre("Each row on the float, all of it: (slower), é."));
  for (const char* same : {"2 * 3 * 4", "a*b*c", "`*p` and `**q`", "an * alone", "*open", "p* q*"})
    EXPECT_THAT(rendered("x " + std::string(same), 80), ElementsAre("x " + std::string(same)));
}

TEST(Lesson, ColumnsOfATableNeverMeet) {
  const std::string table =
      "| here | there | different |\n|---|---|---|\n"
      "| `choose` | `MinMaxObserver(dtype=torch.qint8).calculate_qparams()` | symmetric S there: max 2/255 |\n";
  for (const std::size_t width : {40u, 60u, 80u, 100u}) {
    const std::vector<std::string> lines = rendered(table, width);
    const std::string& rule = lines.at(1);
    const std::size_t second = rule.find("  -", 3) + 2, third = rule.find("  -", second) + 2;
    std::string code;
    for (std::size_t i = 2; i < lines.size(); ++i) {
      EXPECT_LE(columns(lines[i]), width);
      const std::string line = lines[i] + std::string(width, ' ');
      EXPECT_EQ(line.substr(third - 2, 2), "  ") << lines[i];
      const std::string cell = line.substr(second, third - second);
      code += cell.substr(0, cell.find(' '));
    }
    EXPECT_EQ(code, "`MinMaxObserver(dtype=torch.qint8).calculate_qparams()`");
  }
}

TEST(Lesson, SurvivesBrokenMarkdown) {
  for (const char* text :
       {"", "```", "|", "|\n|", "[", "![", "[a](", "# ", "#", "- ", "1. ", "\xff\xfe", "| a |\n|---|\n| b | c | d |"})
    EXPECT_NO_THROW(render_markdown(text, {})) << text;
}

}  // namespace
}  // namespace tinytorch::course
