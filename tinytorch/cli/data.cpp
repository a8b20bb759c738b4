#include <CLI/CLI.hpp>

#include "tinytorch/base/error.h"
#include "tinytorch/cli/command.h"
#include "tinytorch/cli/data_choice.h"
#include "tinytorch/cli/drawing.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/cli/predict.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;

int make(const Common& common, const DigitsOptions& options, fs::path directory) {
  Terminal terminal(common.json, common.quiet);
  if (directory.empty()) directory = digits_directory();
  draw_digits_into(directory, options, terminal);
  terminal.json(json_text({{"data", "digits"},
                           {"directory", directory.string()},
                           {"train", options.train},
                           {"test", options.test},
                           {"seed", options.seed}}));
  terminal.result(grouped(options.train) + " + " + grouped(options.test) + " digits are in " + directory.string());
  return 0;
}

int show(const Common& common, const DataChoice& choice, std::vector<std::string> images) {
  Terminal terminal(common.json, common.quiet);
  const ChosenData data = load_data(choice, terminal);
  if (images.empty()) images = {"0", "1", "2", "3", "4", "5"};
  Json report = {{"data", data.name}, {"images", Json::array()}};
  const std::int64_t width = data.splits.test.width;
  const auto across = static_cast<std::size_t>(std::max<std::int64_t>(1, terminal_columns() / (width + 2)));
  std::vector<std::string> row;  // the images that stand beside each other
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto reference = parse_image_reference(images[i]);
    if (!reference) throw Error("[show] " + images[i] + ": an index such as 42, test:42 or train:42 is needed");
    const Dataset& split = reference->split == "train" ? data.splits.train : data.splits.test;
    const auto pixels = split.image(reference->index);
    const int label = split.labels[static_cast<std::size_t>(reference->index)];
    report["images"].push_back({{"split", reference->split},
                                {"index", reference->index},
                                {"label", label},
                                {"height", split.height},
                                {"width", split.width},
                                {"pixels", pixels}});

    std::string title = reference->split + ":" + std::to_string(reference->index) + " is a " + std::to_string(label);
    title.resize(std::max(title.size(), static_cast<std::size_t>(width)), ' ');
    std::vector<std::string> picture = draw_image(pixels, width, terminal.colour());
    picture.insert(picture.begin(), title);
    row = row.empty() ? picture : beside(row, 0, picture);
    if ((i + 1) % across == 0 || i + 1 == images.size()) {
      for (const std::string& line : row) terminal.result(line);
      row.clear();
    }
  }
  terminal.json(json_text(report));
  return 0;
}

Json describe(const Dataset& data) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(data.classes));
  for (const std::uint8_t label : data.labels) ++counts[label];
  const Normalization normalization = measure_normalization(data);
  return {{"images", data.size()},      {"height", data.height},
          {"width", data.width},        {"class_counts", counts},
          {"mean", normalization.mean}, {"standard_deviation", normalization.standard_deviation}};
}

int info(const Common& common, const DataChoice& choice) {
  Terminal terminal(common.json, common.quiet);
  const ChosenData data = load_data(choice, terminal);
  const Json report = {{"data", data.name},
                       {"directory", data.splits.directory.string()},
                       {"train", describe(data.splits.train)},
                       {"test", describe(data.splits.test)}};
  terminal.json(json_text(report));
  terminal.result(printable(data.name) + " in " + printable(data.splits.directory.string()));
  for (const char* name : {"train", "test"}) {
    const Json& split = report[name];
    terminal.result(std::string(name) + ": " + grouped(split["images"]) + " images of " +
                    std::to_string(split["height"].get<int>()) + "×" + std::to_string(split["width"].get<int>()) +
                    ", mean " + fixed(split["mean"], 4) + ", standard deviation " +
                    fixed(split["standard_deviation"], 4));
    std::string counts = "  of each class:";
    for (const Json& count : split["class_counts"]) counts += " " + grouped(count);
    terminal.result(counts);
  }
  return 0;
}

struct MakeOptions {
  std::string name;
  fs::path out;
  DigitsOptions digits;
};

void add_make(CLI::App& data, Common& common) {
  CLI::App* command = data.add_subcommand("make", "Generate a data set");
  add_common(*command, common,
             "  tt data make digits\n  tt data make digits --out small --train 1000 --test 200 --seed 7");
  auto options = std::make_shared<MakeOptions>();
  DigitsOptions& digits = options->digits;
  command->add_option("name", options->name, "digits")->required()->check(CLI::IsMember({"digits"}));
  command->add_option("--out", options->out,
                      "Folder to put them in [~/.cache/tinytorch/digits, where --data digits looks]");
  command->add_option("--train", digits.train, "Training images")
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
  command->add_option("--test", digits.test, "Test images")->check(CLI::Range(1, 10000000))->capture_default_str();
  add_seed(*command, digits.seed);
  command->callback([&common, options] {
    common.action = [&common, options] { return make(common, options->digits, options->out); };
  });
}

void add_show(CLI::App& data, Common& common) {
  CLI::App* command = data.add_subcommand("show", "Draw images of a data set in the terminal");
  add_common(*command, common, "  tt data show\n  tt data show 42 train:7 --data digits");
  auto choice = std::make_shared<DataChoice>();
  auto images = std::make_shared<std::vector<std::string>>();
  command->add_option("image", *images, "Indices: 42, test:42, train:42 [the first six of the test set]");
  add_data_options(*command, *choice);
  command->callback([&common, choice, images] {
    common.action = [&common, choice, images] { return show(common, *choice, *images); };
  });
}

void add_data_info(CLI::App& data, Common& common) {
  CLI::App* command = data.add_subcommand("info", "Counts, sizes, classes, mean and deviation of a data set");
  add_common(*command, common, "  tt data info\n  tt data info --data-dir small --json");
  auto choice = std::make_shared<DataChoice>();
  add_data_options(*command, *choice);
  command->callback([&common, choice] { common.action = [&common, choice] { return info(common, *choice); }; });
}

}  // namespace

void add_data(CLI::App& app, Common& common) {
  CLI::App* command = app.add_subcommand("data", "Fetch, make and show data sets");
  command->require_subcommand(1);
  for (auto add : {add_data_fetch, add_make, add_show, add_data_info}) add(*command, common);
}

}  // namespace tinytorch::cli
