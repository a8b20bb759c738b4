#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tinytorch/base/shape.h"
#include "tinytorch/nn/losses.h"

namespace tinytorch {

/// Labelled 8-bit images, kept as bytes: 60,000 of 28×28 take 47 MB and become floats a batch at a time.
struct Dataset {
  std::string name;
  std::int64_t height = 0, width = 0, classes = 0;
  std::vector<std::uint8_t> pixels;  ///< size() × height × width, row-major
  std::vector<std::uint8_t> labels;  ///< each below classes

  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
  std::int64_t features() const { return height * width; }
  std::span<const std::uint8_t> image(std::int64_t index) const;  ///< @throws Error outside
  Dataset first(std::int64_t count) const;                        ///< a copy of the first `count`, or all if fewer
};

/// What is subtracted from a pixel in [0, 1], and what it is divided by then.
struct Normalization {
  float mean = 0, standard_deviation = 1;
  float scale() const { return 1.0f / (255.0f * standard_deviation); }
  float shift() const { return -mean / standard_deviation; }
};

/// Mean and standard deviation of all pixels / 255 (for MNIST 0.1307 and 0.3081), from exact integer sums. Where all
/// pixels are equal there is no spread to divide by, and the deviation given is 1.
/// @throws Error if there are no pixels. Exercise: exercises/07_data/normalize.cpp
Normalization measure_normalization(const Dataset& data);

struct DataSplits {
  Dataset train, test;
  std::filesystem::path directory;
};

/// Reads the four IDX files of MNIST's names, plain or .gz, from one directory.
/// @throws Error naming the file if one is missing, counts of images and labels differ, or a label exceeds 9.
DataSplits load_idx_directory(const std::filesystem::path& directory);

/// Where MNIST is: `given` if not empty (then it must be there), else $TINYTORCH_DATA or $TINYTORCH_DATA/mnist, else
/// datasets/mnist here or in a parent directory. Empty if it is nowhere.
std::filesystem::path find_mnist(const std::filesystem::path& given = {});

/// Whether all four files are in a directory.
bool has_idx_files(const std::filesystem::path& directory);

}  // namespace tinytorch
