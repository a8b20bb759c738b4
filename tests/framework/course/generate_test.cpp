#include "tinytorch/course/generate.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/framework/message_of.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::course {
namespace {

namespace fs = std::filesystem;
using tinytorch::testing::message_of;

Exercise exercise_called(const std::string& name) {
  Exercise exercise;
  exercise.name = name;
  exercise.module = "10_quantization";
  exercise.number = 2;
  return exercise;
}

TEST(Generate, KeepsStepsAndWhatStandsOutside) {
  EXPECT_EQ(exercise_text("#include <cmath>\n"
                          "\n"
                          "#include \"tinytorch/tensor/ops.h\"\n"
                          "\n"
                          "// Given.\n"
                          "int f(int x) {\n"
                          "  // BEGIN SOLUTION\n"
                          "  // STEP 1: double it,\n"
                          "  // whatever it is.\n"
                          "  x *= 2;  // an author's remark\n"
                          "  // Another remark.\n"
                          "  if (x > 9) {\n"
                          "    // STEP 2: nine is enough.\n"
                          "    x = 9;\n"
                          "  }\n"
                          "  // END SOLUTION\n"
                          "  return x;\n"
                          "}\n",
                          exercise_called("f")),
            "#include <cmath>\n"
            "\n"
            "#include \"tinytorch/base/error.h\"\n"
            "#include \"tinytorch/tensor/ops.h\"\n"
            "\n"
            "// Given.\n"
            "int f(int x) {\n"
            "  // STEP 1: double it,\n"
            "  // whatever it is.\n"
            "  // STEP 2: nine is enough.\n"
            "  TT_TODO(\"10.2 f\");\n"
            "  return x;\n"
            "}\n");
}

TEST(Generate, EveryRegionEndsInATodo) {
  const std::string text = exercise_text(
      "#include <cmath>\nvoid f() {\n  // BEGIN SOLUTION\n  // STEP 1: a\n  a();\n  // END SOLUTION\n}\n"
      "void g() {\n    // BEGIN SOLUTION\n    // STEP 2: b\n    b();\n    // END SOLUTION\n}\n",
      exercise_called("two"));
  EXPECT_EQ(text,
            "#include <cmath>\n\n#include \"tinytorch/base/error.h\"\nvoid f() {\n  // STEP 1: a\n  TT_TODO(\"10.2 "
            "two\");\n}\n"
            "void g() {\n    // STEP 2: b\n    TT_TODO(\"10.2 two\");\n}\n");
}

TEST(Generate, IncludesTheHeaderOnce) {
  const std::string body = "// BEGIN SOLUTION\n// STEP 1: a\na();\n// END SOLUTION\n";
  const std::string with = "#include \"tinytorch/base/error.h\"\n#include \"tinytorch/base/shape.h\"\n" + body;
  const std::string todo = "// STEP 1: a\nTT_TODO(\"10.2 f\");\n";
  EXPECT_EQ(exercise_text(with, exercise_called("f")),
            "#include \"tinytorch/base/error.h\"\n#include \"tinytorch/base/shape.h\"\n" + todo);
  EXPECT_EQ(exercise_text(body, exercise_called("f")), "#include \"tinytorch/base/error.h\"\n\n" + todo);
}

struct BadText {
  const char* text;
  const char* message;
};

TEST(Generate, MarkersThatDoNotFitAreNamedByLine) {
  const BadText all[] = {
      {"int a;\n", "f.cpp:1: no `// BEGIN SOLUTION`"},
      {"int a;\n// BEGIN SOLUTION\n// STEP 1: x\n", "f.cpp:2: BEGIN SOLUTION without"},
      {"// END SOLUTION\n", "f.cpp:1: END SOLUTION without"},
      {"// BEGIN SOLUTION\n// STEP 1: x\n// BEGIN SOLUTION\n",
       "f.cpp:3: BEGIN SOLUTION inside a region that began in line 1"},
      {"// BEGIN SOLUTION\nx();\n// END SOLUTION\n", "f.cpp:3: this region has no `// STEP"},
      {"// BEGIN SOLUTION\n// STEP one: x\n// END SOLUTION\n", "f.cpp:2: a step is written"},
      {"// STEP 1: x\n", "f.cpp:1: a STEP outside"},
      {"x(); // BEGIN SOLUTION\n", "f.cpp:1: a marker stands alone"},
  };
  for (const BadText& bad : all)
    EXPECT_NE(message_of([&] { solution_regions(bad.text, "f.cpp"); }).find(bad.message), std::string::npos)
        << bad.message;
}

class GeneratedTree : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"modules/01_tensor", "solutions/01_tensor"}) fs::create_directories(root_ / folder);
    write_file(root_ / "modules/CMakeLists.txt", "tt_module(01_tensor add)\n");
    write_file(
        root_ / "modules/01_tensor/module.toml",
        "title = \"T\"\nhours = 1\nsummary = \"S\"\n[[exercise]]\nname = \"add\"\npoints = 100\ncontract = \"C\"\n"
        "header = \"h\"\nlesson = \"add\"\nhints = []\n");
    solve("x();");
  }
  void solve(const std::string& body) {
    write_file(root_ / "solutions/01_tensor/add.cpp",
               "// BEGIN SOLUTION\n// STEP 1: a\n" + body + "\n// END SOLUTION\n// " + body + "\n");
  }
  Generated generate(bool dry = false, bool force = false) {
    return generate_exercises(root_, root_ / "build/generated.txt", dry, force).at(0).state;
  }
  fs::path exercise() const { return root_ / "exercises/01_tensor/add.cpp"; }

  const TemporaryDirectory directory_;
  const fs::path root_ = directory_.path;
};

TEST_F(GeneratedTree, IsWrittenOnceAndAgainWhenTheSolutionChanges) {
  EXPECT_EQ(generate(true), Generated::stale);
  EXPECT_FALSE(fs::exists(exercise()));
  EXPECT_EQ(generate(), Generated::written);
  EXPECT_EQ(generate(), Generated::fresh);
  EXPECT_EQ(generate(true), Generated::fresh);
  solve("y();");
  EXPECT_EQ(generate(), Generated::written);
  EXPECT_EQ(read_text(exercise()),
            "#include \"tinytorch/base/error.h\"\n\n// STEP 1: a\nTT_TODO(\"01.1 add\");\n// y();\n");
}

TEST_F(GeneratedTree, AStudentsFileStays) {
  generate();
  write_file(exercise(), "mine\n");
  EXPECT_EQ(generate(), Generated::edited);
  EXPECT_EQ(read_text(exercise()), "mine\n");
  EXPECT_EQ(generate(false, true), Generated::written);
  EXPECT_EQ(generate(true), Generated::fresh);
}

}  // namespace
}  // namespace tinytorch::course
