#pragma once
#include <filesystem>
#include <string>

#include "tinytorch/cli/terminal.h"
#include "tinytorch/data/dataset.h"
#include "tinytorch/data/digits.h"

namespace CLI {
class App;
}

namespace tinytorch::cli {

/// Which data a command works on.
struct DataChoice {
  std::string data;                 ///< "mnist", "digits", or empty: MNIST if it is found, else digits
  std::filesystem::path directory;  ///< four IDX files; goes before `data`
};

void add_data_options(CLI::App& command, DataChoice& choice);

struct ChosenData {
  std::string name;  ///< "mnist", "digits" or the directory as it was given
  DataSplits splits;
};

/// Loads what was chosen; digits that are not there yet are drawn first.
/// @throws Error with the commands that help if it is not found.
ChosenData load_data(const DataChoice& choice, Terminal& terminal);

/// Where `tt data make digits` puts them: $XDG_CACHE_HOME/tinytorch/digits, else ~/.cache/tinytorch/digits.
std::filesystem::path digits_directory();
std::filesystem::path find_digits();  ///< empty if they were not made yet
void draw_digits_into(const std::filesystem::path& directory, const DigitsOptions& options, Terminal& terminal);

/// Takes the last `count` images out of `data`. @throws Error if none would be left.
Dataset split_off(Dataset& data, std::int64_t count);

}  // namespace tinytorch::cli
