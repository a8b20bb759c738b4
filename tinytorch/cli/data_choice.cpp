#include "tinytorch/cli/data_choice.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "tinytorch/base/error.h"

namespace tinytorch::cli {
namespace fs = std::filesystem;
namespace {

fs::path cache_directory() {
  for (const auto& [variable, below] : {std::pair{"XDG_CACHE_HOME", ""}, std::pair{"HOME", ".cache"}}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return fs::path(value) / below / "tinytorch";
  }
  return fs::temp_directory_path() / "tinytorch";
}

ChosenData load(const std::string& name, const fs::path& directory) { return {name, load_idx_directory(directory)}; }

ChosenData load_digits(Terminal& terminal) {
  const fs::path directory = digits_directory();
  if (find_digits().empty()) {
    const DigitsOptions options;
    terminal.remark("Drawing " + grouped(options.train) + " + " + grouped(options.test) + " digits into " +
                    directory.string());
    draw_digits_into(directory, options, terminal);
  }
  return load("digits", directory);
}

}  // namespace

void add_data_options(CLI::App& command, DataChoice& choice) {
  auto* data = command.add_option("--data", choice.data, "Which data [mnist where it is found, else digits]")
                   ->check(CLI::IsMember({"mnist", "digits"}));
  command.add_option("--data-dir", choice.directory, "A folder with four IDX files named as MNIST's, plain or .gz")
      ->excludes(data);
}

ChosenData load_data(const DataChoice& choice, Terminal& terminal) {
  if (!choice.directory.empty()) return load(choice.directory.string(), find_mnist(choice.directory));
  if (choice.data == "digits") return load_digits(terminal);
  const fs::path mnist = find_mnist();
  if (!mnist.empty()) return load("mnist", mnist);
  if (choice.data == "mnist") {
    throw Error(
        "MNIST is not in $TINYTORCH_DATA nor in datasets/mnist: `tt data fetch mnist` downloads it, --data-dir says "
        "where "
        "else it is, and --data digits takes generated digits instead");
  }
  terminal.remark("MNIST was not found, so digits are generated (`tt data fetch mnist` downloads MNIST)");
  return load_digits(terminal);
}

void draw_digits_into(const fs::path& directory, const DigitsOptions& options, Terminal& terminal) {
  make_digits(directory, options, [&](std::int64_t done, std::int64_t total) {
    if (!terminal.due()) return;
    terminal.progress(static_cast<double>(done) / static_cast<double>(total),
                      grouped(done) + " of " + grouped(total) + " digits");
  });
  terminal.clear_progress();
}

fs::path digits_directory() { return cache_directory() / "digits"; }

fs::path find_digits() {
  const fs::path directory = digits_directory();
  return has_idx_files(directory) ? directory : fs::path();
}

Dataset split_off(Dataset& data, std::int64_t count) {
  const std::int64_t rest = data.size() - count;
  if (count < 0 || rest < 1) {
    throw Error("[validation] " + std::to_string(count) + " of " + std::to_string(data.size()) +
                " training images cannot be held out");
  }
  Dataset tail = data;
  tail.labels.erase(tail.labels.begin(), tail.labels.begin() + rest);
  tail.pixels.erase(tail.pixels.begin(), tail.pixels.begin() + rest * data.features());
  tail.name = data.name + " held out";
  data = data.first(rest);
  return tail;
}

}  // namespace tinytorch::cli
