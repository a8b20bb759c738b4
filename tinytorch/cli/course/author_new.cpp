#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/base/file.h"
#include "tinytorch/cli/course/author.h"
#include "tinytorch/course/source_text.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;

struct Template {
  const char* file;
  const char* text;
};

// @M is the module, @N its number, @E the exercise, @S its suite of tests.
constexpr Template kExercise[] = {
    {"solutions/@M/@E.cpp",
     "#include \"tinytorch/base/error.h\"\n#include \"tinytorch/tensor/array_ops.h\"\n\n"
     "tinytorch::Array tinytorch::@E(const Array& x) {\n  // BEGIN SOLUTION\n  // STEP 1: what comes first, and why.\n"
     "  return x;\n  // END SOLUTION\n}\n"},
    {"tests/@M/@E_scenarios.cpp",
     "#include \"tinytorch/course/worker/scenario.h\"\n#include \"tinytorch/tensor/array_ops.h\"\n\nusing namespace "
     "tinytorch;\n\n"
     "/// x -> y = @E(x).\nTT_SCENARIO(forward) { out.set(\"y\", @E(in.array(\"x\"))); }\n"},
    {"tests/@M/@E_test.cpp",
     "#include \"tinytorch/course/judge/judgement.h\"\n\nusing namespace tinytorch;\nusing namespace "
     "tinytorch::course;\n\n"
     "TEST(@S, SaysWhatHolds) {\n  Trial trial(\"forward\");\n  trial.give(\"x\", Array({2}, {1, 2})).run();\n"
     "  trial.expect_array(\"y\", Array({2}, {1, 2}));\n}\n"},
    {"tests/@M/@E_hidden_test.cpp",
     "#include \"tinytorch/course/judge/judgement.h\"\n\nusing namespace tinytorch;\nusing namespace "
     "tinytorch::course;\n\n"
     "TEST(@S, HoldsForRandomArrays) {\n  Rng rng = rng_of_this_test();\n"
     "  const Array x = normal_array(rng, {between(rng, 1, 9), between(rng, 1, 40)});\n  Trial trial(\"forward\");\n"
     "  trial.give(\"x\", x).run();\n  trial.expect_array(\"y\", x);\n}\n"}};

constexpr Template kModule[] = {
    {"modules/@M/README.md", "# Module @N: TITLE\n\n## Why this part exists\n\n## Exercises\n"},
    {"modules/@M/module.toml", "title = \"TITLE\"\nhours = 2\nsummary = \"What stands after this module.\"\n"},
    {"modules/@M/mutants.toml", "# Known misconceptions of module @N, each a change in a solution's text.\n"},
    {"modules/@M/questions.toml", "# Five or more; see another module.\n"}};

constexpr const char* kEntry =
    "\n[[exercise]]\nname = \"@E\"\npoints = @P\ncontract = \"What the function does, in one sentence.\"\n"
    "header = \"tinytorch/tensor/array_ops.h\"\nlesson = \"@E\"\nhints = [\"a nudge\", \"the concept\", \"a "
    "near-solution\"]\n"
    "  [[exercise.test]]\n  name = \"@S.SaysWhatHolds\"\n  points = @V\n  contract = \"What holds.\"\n"
    "  [[exercise.test]]\n  name = \"@S.HoldsForRandomArrays\"\n  points = @H\n  contract = \"It holds for any "
    "array.\"\n  hidden = true\n";
constexpr const char* kMutant =
    "\n[[mutant]]\nid = \"what_is_wrong\"\nexercise = \"@E\"\nreplace = \"return x;\"\nwith = \"return "
    "Array(x.shape());\"\n"
    "dies_by = \"@S.SaysWhatHolds\"\nfeedback = \"What the student did, and what to do instead.\"\n";
constexpr const char* kSection =
    "\n### @E\n\nThe signature, the contract, edge cases, pitfalls.\n\n```sh\n./tt check @E\n```\n";

std::string filled(std::string text, const std::string& module, const std::string& exercise, bool first) {
  const std::pair<std::string, std::string> values[] = {{"@M", module},
                                                        {"@N", module.substr(0, 2)},
                                                        {"@E", exercise},
                                                        {"@S", course::pascal_case(exercise)},
                                                        {"@P", first ? "100" : "0"},
                                                        {"@V", first ? "50" : "0"},
                                                        {"@H", first ? "50" : "0"}};
  for (const auto& value : values)
    for (std::size_t at; (at = text.find(value.first)) != std::string::npos;) text.replace(at, 2, value.second);
  return text;
}

void require_stem(const std::string& stem, bool numbered) {
  const std::size_t begin = numbered ? 3 : 0;
  bool good = stem.size() > begin && std::islower(static_cast<unsigned char>(stem[begin])) != 0 &&
              std::all_of(stem.begin(), stem.end(),
                          [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_'; });
  if (numbered)
    good = good && std::isdigit(static_cast<unsigned char>(stem[0])) != 0 &&
           std::isdigit(static_cast<unsigned char>(stem[1])) != 0 && stem[2] == '_';
  if (!good)
    throw Error(stem + " is no name for " +
                (numbered ? "a module, such as 12_convolution" : "an exercise, such as quantize_int8"));
}

constexpr const char* kDeclarations = "modules/CMakeLists.txt";

/// `text` of that file with the exercise as the last of its module, and the module as the last if it is new.
std::string with_exercise(std::string text, const std::string& module, const std::string& exercise) {
  const std::size_t at = text.find("tt_module(" + module + " ");
  if (at == std::string::npos) return text + "tt_module(" + module + " " + exercise + ")\n";
  const std::size_t end = text.find(')', at);
  if (end == std::string::npos) throw Error(std::string(kDeclarations) + ": tt_module(" + module + " has no end");
  return text.insert(end, " " + exercise);
}

int make(const Common& common, const std::string& module, const std::string& exercise) {
  Terminal terminal(common.json, common.quiet);
  require_stem(module, true);
  require_stem(exercise, false);
  const fs::path root = project_root();
  for (const Template& t : kExercise)
    if (const std::string file = filled(t.file, module, exercise, false); fs::exists(root / file))
      throw Error(file + " is there already; nothing was written");
  const bool first = !fs::exists(root / "modules" / module / "module.toml");
  const std::string declared = with_exercise(course::read_text(root / kDeclarations), module, exercise);
  const auto add = [&](const std::string& file, const std::string& text) {
    const bool there = fs::exists(root / file);
    fs::create_directories((root / file).parent_path());
    write_file(root / file, text);
    terminal.result((there ? "added to " : "written  ") + file);
  };
  for (const Template& t : kModule)
    if (const std::string file = filled(t.file, module, exercise, first); !fs::exists(root / file))
      add(file, filled(t.text, module, exercise, first));
  for (const Template& t : kExercise)
    add(filled(t.file, module, exercise, first), filled(t.text, module, exercise, first));
  add(kDeclarations, declared);
  const std::pair<const char*, const char*> appended[] = {
      {"module.toml", kEntry}, {"mutants.toml", kMutant}, {"README.md", kSection}};
  for (const auto& [name, text] : appended) {
    const std::string file = "modules/" + module + "/" + name;
    add(file, course::read_text(root / file) + filled(text, module, exercise, first));
  }
  terminal.result("Next: declare the function in a header, write, then `tt author generate` and `tt author check " +
                  module.substr(0, 2) + "`");
  return 0;
}

}  // namespace

void add_author_new(CLI::App& author, Common& common) {
  CLI::App* command = author.add_subcommand("new", "The files of a new exercise, and of its module if there is none");
  auto module = std::make_shared<std::string>(), exercise = std::make_shared<std::string>();
  command->add_option("module", *module, "NN_name")->required();
  command->add_option("exercise", *exercise, "Its stem, the name of the function")->required();
  add_common(*command, common, "  tt author new 12_convolution im2col\n");
  command->callback([&common, module, exercise] {
    common.action = [&common, module, exercise] { return make(common, *module, *exercise); };
  });
}

}  // namespace tinytorch::cli
