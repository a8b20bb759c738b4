#include "tinytorch/data/dataset.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "tinytorch/base/error.h"
#include "tinytorch/data/idx.h"

namespace tinytorch {
namespace fs = std::filesystem;
namespace {

constexpr std::array kNames{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                            "t10k-labels-idx1-ubyte"};

/// The file of that name, plain or .gz; empty if there is neither.
fs::path existing(const fs::path& directory, const std::string& name) {
  std::error_code ignored;
  for (const char* ending : {"", ".gz"}) {
    if (fs::path path = directory / (name + ending); fs::is_regular_file(path, ignored)) return path;
  }
  return {};
}

fs::path require(const fs::path& directory, const std::string& name) {
  fs::path path = existing(directory, name);
  if (path.empty()) {
    throw Error((directory / name).string() +
                ": no such file, and none with .gz; `tt data fetch mnist` downloads MNIST");
  }
  return path;
}

Dataset load(const fs::path& directory, const std::string& images_name, const std::string& labels_name) {
  const fs::path images_path = require(directory, images_name), labels_path = require(directory, labels_name);
  IdxArray images = read_idx(images_path), labels = read_idx(labels_path);
  const auto check = [](bool good, const fs::path& path, const std::string& what) {
    if (!good) throw Error(path.string() + ": " + what);
  };
  check(images.shape.size() == 3, images_path,
        "shape " + to_string(images.shape) + " instead of (images, height, width)");
  check(labels.shape.size() == 1, labels_path, "shape " + to_string(labels.shape) + " instead of (labels,)");
  check(!images.values.empty(), images_path, "shape " + to_string(images.shape) + ": no images");
  check(images.shape[0] == labels.shape[0], images_path,
        std::to_string(images.shape[0]) + " images, but " + std::to_string(labels.shape[0]) + " labels in " +
            labels_path.string());
  const auto wrong = std::ranges::find_if(labels.values, [](std::uint8_t label) { return label > 9; });
  check(wrong == labels.values.end(), labels_path,
        "label " + std::to_string(wrong == labels.values.end() ? 0 : *wrong) + " of image " +
            std::to_string(wrong - labels.values.begin()) + " is not a digit from 0 to 9");

  Dataset data;
  data.height = images.shape[1];
  data.width = images.shape[2];
  data.classes = 10;
  data.pixels = std::move(images.values);
  data.labels = std::move(labels.values);
  return data;
}

std::string name_of(const fs::path& directory) {
  const fs::path path = fs::absolute(directory).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

}  // namespace

std::span<const std::uint8_t> Dataset::image(std::int64_t index) const {
  if (index < 0 || index >= size()) {
    throw Error("[data] image " + std::to_string(index) + " of " + name + ": there are " + std::to_string(size()) +
                ", counted from 0");
  }
  const auto each = static_cast<std::size_t>(features());
  return std::span(pixels).subspan(static_cast<std::size_t>(index) * each, each);
}

Dataset Dataset::first(std::int64_t count) const {
  if (count < 0) throw Error("[data] the first " + std::to_string(count) + " images: the count is negative");
  count = std::min(count, size());
  Dataset result;
  result.name = name;
  result.height = height;
  result.width = width;
  result.classes = classes;
  result.pixels.assign(pixels.begin(), pixels.begin() + count * features());
  result.labels.assign(labels.begin(), labels.begin() + count);
  return result;
}

DataSplits load_idx_directory(const fs::path& directory) {
  DataSplits splits{load(directory, kNames[0], kNames[1]), load(directory, kNames[2], kNames[3]), directory};
  splits.train.name = name_of(directory) + " train";
  splits.test.name = name_of(directory) + " test";
  if (splits.train.height != splits.test.height || splits.train.width != splits.test.width) {
    const auto size = [](const Dataset& data) { return to_string(Shape{data.height, data.width}); };
    throw Error(directory.string() + ": training images are " + size(splits.train) + ", test images " +
                size(splits.test));
  }
  return splits;
}

bool has_idx_files(const fs::path& directory) {
  return std::ranges::all_of(kNames, [&](const char* name) { return !existing(directory, name).empty(); });
}

fs::path find_mnist(const fs::path& given) {
  if (!given.empty()) {
    for (const char* name : kNames) require(given, name);
    return given;
  }
  if (const char* data = std::getenv("TINYTORCH_DATA"); data != nullptr && *data != '\0') {
    for (const fs::path& directory : {fs::path(data), fs::path(data) / "mnist"}) {
      if (has_idx_files(directory)) return directory;
    }
  }
  std::error_code error;
  for (fs::path here = fs::current_path(error); !error && !here.empty(); here = here.parent_path()) {
    if (has_idx_files(here / "datasets" / "mnist")) return here / "datasets" / "mnist";
    if (here == here.parent_path()) break;
  }
  return {};
}

}  // namespace tinytorch
