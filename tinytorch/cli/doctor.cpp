#include <CLI/CLI.hpp>

#include "tinytorch/base/cpu.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/cli/build_info.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/data_choice.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/cli/terminal.h"
#include "tinytorch/kernels/adam/adam.h"
#include "tinytorch/kernels/pixels/pixels.h"
#include "tinytorch/kernels/qgemm/qgemm.h"
#include "tinytorch/kernels/quantize_rows/quantize_rows.h"
#include "tinytorch/kernels/sgd/sgd.h"
#include "tinytorch/kernels/sgemm/sgemm.h"

namespace tinytorch::cli {
namespace {

template <class Table>
std::string chosen(const Table& table) {
  return std::string(to_string(kernels::choose(table).isa));
}

Json examine() {
  Json report;
  report["version"] = TINYTORCH_VERSION;
  report["compiler"] = TINYTORCH_COMPILER;
  report["build_type"] = TINYTORCH_BUILD_TYPE;
  for (const Library& library : kLibraries) report["libraries"][library.name] = library.version;
  report["cpu"] = {{"model", cpu_model()},
                   {"features", cpu_feature_names()},
                   {"detected_isa", to_string(detected_isa())},
                   {"active_isa", to_string(active_isa())}};
  report["threads"] = thread_count();
  report["kernels"] = {
      {"sgemm", chosen(kernels::sgemm_table())},    {"sgd_step", chosen(kernels::sgd_table())},
      {"adam_step", chosen(kernels::adam_table())}, {"normalize_pixels", chosen(kernels::pixels_table())},
      {"qgemm", chosen(kernels::qgemm_table())},    {"quantize_rows", chosen(kernels::quantize_rows_table())}};
  const auto found = [](const std::filesystem::path& directory) {
    return directory.empty() ? Json(nullptr) : Json(directory.string());
  };
  report["data"] = {{"mnist", found(find_mnist())}, {"digits", found(find_digits())}};
  return report;
}

int doctor(const Common& common) {
  Terminal terminal(common.json, common.quiet);
  const auto report = examine();
  terminal.json(json_text(report));

  const auto row = [&](std::string name, const std::string& value) {
    name.resize(14, ' ');
    terminal.result(name + value);
  };
  const auto text = [](const Json& value) { return value.get<std::string>(); };
  const auto list = [&](const Json& object) {
    std::string line;
    for (const auto& [key, value] : object.items()) {
      line += (line.empty() ? "" : ", ") + key + " " + (text(value).empty() ? "missing" : text(value));
    }
    return line;
  };
  std::string features;
  for (const Json& feature : report["cpu"]["features"]) features += (features.empty() ? "" : " ") + text(feature);
  const auto place = [&](const Json& path, const char* remedy) { return path.is_null() ? remedy : text(path); };

  row("tinytorch", text(report["version"]) + ", " + text(report["build_type"]) + ", " + text(report["compiler"]));
  row("libraries", list(report["libraries"]));
  row("CPU", text(report["cpu"]["model"]));
  row("features", features);
  row("instructions", text(report["cpu"]["active_isa"]) +
                          (active_isa() == detected_isa()
                               ? ""
                               : " as TINYTORCH_ISA says; this CPU has " + text(report["cpu"]["detected_isa"])));
  row("kernels", list(report["kernels"]));
  row("threads", std::to_string(thread_count()));
  row("MNIST", place(report["data"]["mnist"], "not found; `tt data fetch mnist` downloads it"));
  row("digits", place(report["data"]["digits"], "not made yet; `tt data make digits` draws them"));
  return 0;
}

}  // namespace

void add_doctor(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("doctor", "Versions, CPU features, chosen kernels, threads, and data found");
  add_common(*command, common, "  tt doctor\n  tt doctor --json\n  TINYTORCH_ISA=avx2 tt doctor");
  command->callback([&common] { common.action = [&common] { return doctor(common); }; });
}

}  // namespace tinytorch::cli
