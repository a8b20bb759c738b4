#include <CLI/CLI.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/quantizing.h"
#include "tinytorch/cli/table.h"
#include "tinytorch/quant/quantized_file.h"

namespace tinytorch::cli {
namespace {

int analyze(const Common& common, const std::string& before, const std::string& after) {
  Terminal terminal(common.json, common.quiet);
  const Model original = load_float_model(before, "the float32 model goes first");
  const Model quantized = load_quantized_model(after);
  check_same_network(*original.network, *quantized.network);
  SizeAnalysis sizes = analyze_model_sizes(*original.network, *quantized.network);
  // The library weighs networks; the files have the normalisation and notes as well.
  sizes.disk_before = static_cast<std::int64_t>(std::filesystem::file_size(before));
  sizes.disk_after = static_cast<std::int64_t>(std::filesystem::file_size(after));

  const auto saved = [](std::int64_t a, std::int64_t b) {
    return 100 * static_cast<double>(a - b) / static_cast<double>(a);
  };
  const auto json = [&](std::int64_t a, std::int64_t b, double ratio) {
    return Json{{"before", a}, {"after", b}, {"ratio", ratio}, {"bytes_saved", a - b}, {"percent_saved", saved(a, b)}};
  };
  terminal.json(json_text({{"original", before},
                           {"quantized", after},
                           {"parameters", sizes.parameters},
                           {"disk", json(sizes.disk_before, sizes.disk_after, sizes.disk_ratio())},
                           {"memory", json(sizes.memory_before, sizes.memory_after, sizes.memory_ratio())}}));

  terminal.result(grouped(sizes.parameters) + " parameters");
  Table table({"bytes", "float32", "int8", "ratio", "saved", ""});
  const auto row = [&](const char* where, std::int64_t a, std::int64_t b, double ratio) {
    table.add({where, grouped(a), grouped(b), fixed(ratio, 2) + "×", grouped(a - b), fixed(saved(a, b), 1) + " %"});
  };
  row("on disk", sizes.disk_before, sizes.disk_after, sizes.disk_ratio());
  row("in memory", sizes.memory_before, sizes.memory_after, sizes.memory_ratio());
  for (const std::string& line : table.lines()) terminal.result(line);
  terminal.remark(
      "On disk is the whole file. In memory are blocks as the allocator hands them out (it rounds sizes up), with "
      "scales,\nbiases, sums and the padding of packed weights.");
  return 0;
}

}  // namespace

void add_analyze(CLI::App& app, Common& common) {
  CLI::App* command =
      app.add_subcommand("analyze", "Bytes of a float32 model and of its int8 one, on disk and in memory");
  add_common(*command, common,
             "  tt analyze model.safetensors model.int8.safetensors\n"
             "  tt analyze model.safetensors model.int8.safetensors --json");
  auto paths = std::make_shared<std::pair<std::string, std::string>>();
  command->add_option("float", paths->first, "The float32 model")->required();
  command->add_option("int8", paths->second, "The model that tt quantize made of it")->required();
  command->callback(
      [&common, paths] { common.action = [&common, paths] { return analyze(common, paths->first, paths->second); }; });
}

}  // namespace tinytorch::cli
