#pragma once
#include <filesystem>
#include <span>
#include <vector>

#include "tinytorch/base/shape.h"

namespace tinytorch {

/// What an IDX file of bytes holds, the format of MNIST: a shape and one byte per element, row-major.
struct IdxArray {
  Shape shape;
  std::vector<std::uint8_t> values;
};

/// Reads the IDX format: two zero bytes, the type (8 = unsigned byte), the number of axes, each size as a big-endian
/// 32-bit number, then the values. The header is checked against the bytes that are there before anything is allocated.
/// @throws Error saying what is wrong and at which byte: too short, wrong magic, other types, sizes that overflow,
/// fewer or more values than the header says. Exercise: exercises/07_data/parse_idx.cpp
IdxArray parse_idx(std::span<const std::uint8_t> bytes);

/// Inflates gzip data. @throws Error if it is damaged, cut, or inflates to more than `limit` bytes.
std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, std::uint64_t limit = std::uint64_t{1} << 31);

/// Reads a file, plain or gzip (by its first bytes, not its name). @throws Error beginning with the path.
IdxArray read_idx(const std::filesystem::path& path);

/// Writes atomically; gzip if the name ends in .gz.
void write_idx(const std::filesystem::path& path, const IdxArray& array);

}  // namespace tinytorch
