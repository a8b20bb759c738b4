#include "tinytorch/course/student/lesson.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/course/pager.h"
#include "tinytorch/cli/course/student.h"
#include "tinytorch/course/source_text.h"
#include "tinytorch/course/student/files.h"

namespace tinytorch::cli {
namespace {

struct Wanted {
  std::string name;
  bool path = false, sections = false;
};

int lesson(const Common& common, const Wanted& wanted) {
  Terminal terminal(common.json, common.quiet);
  const Course course(terminal);
  const std::size_t hash = wanted.name.find('#');
  std::string name = wanted.name.substr(0, hash),
              anchor = hash == std::string::npos ? "" : wanted.name.substr(hash + 1);
  if (name.empty() && !anchor.empty()) throw Error("which module's lesson? Such as 03#" + anchor);
  const course::Module* module = nullptr;
  if (name.empty()) {
    const course::Exercise* last = course.saved_last();
    const course::Exercise* next =
        last != nullptr ? last : course::next_exercise(course.root, course.catalog, course.progress);
    module = next == nullptr ? &course.catalog.modules.front() : &course.module_of(*next);
  } else {
    try {
      module = &course.catalog.module(name);
    } catch (const Error&) {  // an exercise's name leads to its section
      const course::Exercise& exercise = course.catalog.exercise(name);
      module = &course.module_of(exercise);
      if (anchor.empty()) anchor = exercise.lesson;
    }
  }
  const std::filesystem::path file = course::lesson_file(module->name);
  if (wanted.path) {
    terminal.result(file.string() + (anchor.empty() ? "" : "#" + anchor));
    terminal.json(json_text({{"path", file.string()}, {"section", anchor}}));
    return 0;
  }
  std::string text = course::read_text(course.root / file);
  if (wanted.sections) {
    Json list = Json::array();
    for (const course::Heading& heading : course::headings_of(text)) {
      if (heading.level == 1) continue;
      terminal.result(std::string(static_cast<std::size_t>(2 * heading.level - 4), ' ') + heading.text + "   " +
                      program_name() + " lesson " + module_number(module->name) + "#" + heading.anchor);
      list.push_back({{"text", heading.text}, {"anchor", heading.anchor}, {"level", heading.level}});
    }
    terminal.json(json_text({{"path", file.string()}, {"sections", list}}));
    return 0;
  }
  if (!anchor.empty()) text = course::section_of(text, anchor);
  if (common.json) {
    terminal.json(json_text({{"path", file.string()}, {"section", anchor}, {"text", text}}));
    return 0;
  }
  course::RenderOptions options;
  options.width = static_cast<std::size_t>(text_width());
  options.colour = terminal.colour();
  options.picture_folder = (file.parent_path() / "").string();
  print_paged(course::render_markdown(text, options));
  return 0;
}

}  // namespace

void add_lesson(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("lesson", "Read a module's lesson, or one section of it");
  auto wanted = std::make_shared<Wanted>();
  command->add_option("lesson", wanted->name,
                      "A module (03), a section (03#relu) or an exercise (relu) [where you are]");
  command->add_flag("--path", wanted->path, "Print only the file's path, for an editor or a browser");
  command->add_flag("--sections", wanted->sections, "Print only the sections there are");
  add_common(*command, common,
             "  tt lesson 03\n  tt lesson 03#relu\n  tt lesson relu          # the same section\n"
             "  ${EDITOR:-vi} $(tt lesson 03 --path)\n");
  command->callback([&common, wanted] { common.action = [&common, wanted] { return lesson(common, *wanted); }; });
}

}  // namespace tinytorch::cli
