#include "tinytorch/course/submission.h"

#include "tests/framework/course/course_fixture.h"

namespace tinytorch::course::testing {
namespace {

TEST(ReadSource, GivesTheTextOrWhyThereIsNone) {
  const TemporaryDirectory folder;
  const fs::path file = folder.path / "relu.cpp";
  EXPECT_EQ(read_source(file, true).refusal, "relu.cpp is missing");
  EXPECT_EQ(read_source(folder.path, true).refusal, folder.path.filename().string() + " is a folder, not a file");
  write(file, "int x;\n");
  EXPECT_EQ(read_source(file, false).text, "int x;\n");
  EXPECT_EQ(read_source(file, false).refusal, "");
  fs::create_symlink(file, folder.path / "link.cpp");
  EXPECT_EQ(read_source(folder.path / "link.cpp", true).text, "int x;\n");
  EXPECT_EQ(read_source(folder.path / "link.cpp", false).refusal, "link.cpp is a symbolic link, which is not followed");
  EXPECT_EQ(read_source("/dev/zero", true).refusal, "zero is not a regular file");
  EXPECT_EQ(read_source(file / "more", true).refusal, "more is missing");
  write(file, std::string(1 << 20, 'x'));
  EXPECT_EQ(read_source(file, true).refusal, "");
  write(file, std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(read_source(file, true).refusal, "relu.cpp has more than 1 MB");
  write(file, "// caf\xe9");
  EXPECT_EQ(read_source(file, true).refusal, "relu.cpp is not UTF-8 text; save it in that encoding");
  write(file, "// café");
  EXPECT_EQ(read_source(file, true).refusal, "");
}

}  // namespace
}  // namespace tinytorch::course::testing
