#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace CLI {
class App;
}

/// The commands of tt, one file each. add_*() declares a command's options; parsing the command line sets `action` to
/// what was asked for, and main() runs it.
namespace tinytorch::cli {

/// Options that every command has.
struct Common {
  bool json = false, quiet = false;
  int threads = 0;  ///< 0: as many as there are cores
  std::function<int()> action;
};

/// Adds --json, --quiet and --threads, and the examples under the help.
void add_common(CLI::App& command, Common& common, const std::string& examples);
void add_seed(CLI::App& command, std::uint64_t& seed);

void add_demo(CLI::App& app, Common& common);
void add_train(CLI::App& app, Common& common);
void add_eval(CLI::App& app, Common& common);
void add_predict(CLI::App& app, Common& common);
void add_quantize(CLI::App& app, Common& common);
void add_analyze(CLI::App& app, Common& common);
void add_bench(CLI::App& app, Common& common);
void add_compare(CLI::App& app, Common& common);
void add_sensitivity(CLI::App& app, Common& common);
void add_info(CLI::App& app, Common& common);
void add_data(CLI::App& app, Common& common);
void add_data_fetch(CLI::App& data, Common& common);
void add_doctor(CLI::App& app, Common& common);

}  // namespace tinytorch::cli
