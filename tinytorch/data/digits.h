#pragma once
#include <functional>

#include "tinytorch/data/dataset.h"

namespace tinytorch {

struct DigitsOptions {
  std::int64_t train = 60000, test = 10000;
  std::uint64_t seed = 1;
};

/// Draws handwritten-looking digits of 28×28: strokes jittered in position, slant, scale, thickness, bent by an elastic
/// wobble, blurred, with noise; centred by mass as MNIST's are. Image i depends on the seed and i alone, so the number
/// of threads does not matter. Labels come in equal shares, in random order: each ten images hold each digit once.
/// @param stream    0 for the training images, 1 for the test images: other images of the same kind
/// @param progress  called now and then, one call at a time but from any thread; an exception from it ends the work
/// @throws Error if count is negative or above ten million
Dataset draw_digits(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                    const std::function<void(std::int64_t done)>& progress = {});

/// Train and test sets as the four .gz files with MNIST's names, each written atomically; makes the directory.
/// @throws Error if a count is below 1 or a file cannot be written
void make_digits(const std::filesystem::path& directory, const DigitsOptions& options,
                 const std::function<void(std::int64_t done, std::int64_t total)>& progress = {});

}  // namespace tinytorch
