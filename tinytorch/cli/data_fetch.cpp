#include <CLI/CLI.hpp>
#include <cstdlib>

#include "tinytorch/cli/command.h"
#include "tinytorch/cli/json_text.h"
#include "tinytorch/cli/terminal.h"
#include "tinytorch/data/fetch.h"

namespace tinytorch::cli {
namespace {

namespace fs = std::filesystem;

struct FetchOptions {
  std::string name;
  fs::path out;
};

int fetch_mnist(const Common& common, fs::path directory) {
  Terminal terminal(common.json, common.quiet);
  if (directory.empty()) {
    const char* home = std::getenv("TINYTORCH_DATA");
    directory = (home != nullptr && *home != '\0' ? fs::path(home) : fs::path("datasets")) / "mnist";
  }
  const RemoteDataset& source = mnist_source();
  fetch(source, directory, [&](const FetchProgress& now) {
    if (!terminal.due()) return;
    terminal.progress(static_cast<double>(now.done) / static_cast<double>(std::max<std::uint64_t>(now.total, 1)),
                      now.file + "  " + byte_text(now.done) + " of " + byte_text(now.total));
  });
  terminal.clear_progress();
  Json report = {{"data", source.name}, {"directory", directory.string()}, {"files", Json::array()}};
  for (const RemoteFile& file : source.files) {
    report["files"].push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  terminal.json(json_text(report));
  terminal.result("MNIST is in " + directory.string() + ", checksums are right");
  return 0;
}

}  // namespace

void add_data_fetch(CLI::App& data, Common& common) {
  CLI::App* command = data.add_subcommand("fetch", "Download a data set; checksums are verified, a cut one continues");
  add_common(*command, common, "  tt data fetch mnist\n  tt data fetch mnist --out mnist");
  auto options = std::make_shared<FetchOptions>();
  command->add_option("name", options->name, "mnist")->required()->check(CLI::IsMember({"mnist"}));
  command->add_option("--out", options->out, "Folder to put it in [$TINYTORCH_DATA/mnist, else datasets/mnist]");
  command->callback(
      [&common, options] { common.action = [&common, options] { return fetch_mnist(common, options->out); }; });
}

}  // namespace tinytorch::cli
