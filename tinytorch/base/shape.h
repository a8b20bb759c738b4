#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tinytorch {

/// Sizes of an array, outermost first: {32, 784} is 32 rows of 784. {} is a scalar; a size of 0 is allowed.
using Shape = std::vector<std::int64_t>;

/// "(32, 784)", "(10,)", "()" as NumPy prints shapes.
std::string to_string(const Shape& shape);

/// Product of the sizes; 1 for a scalar.
/// @throws Error if a size is negative or the product overflows.
std::int64_t element_count(const Shape& shape);

/// Elements to skip for one step along each axis of a contiguous row-major array: {2, 3, 4} -> {12, 4, 1}.
Shape row_major_strides(const Shape& shape);

/// Maps an axis in [-rank, rank) to [0, rank).
/// @throws Error, beginning with "[operation]", when it lies outside.
std::int64_t normalize_axis(std::int64_t axis, std::size_t rank, std::string_view operation);

/// The shape two operands stretch to: sizes are aligned at the right, and a 1 stretches to the other's size.
/// (32, 1, 10) and (5, 1) -> (32, 5, 10).
/// @throws Error naming both shapes if two sizes differ and neither is 1.
/// Exercise: exercises/01_tensor/broadcast_shapes.cpp
Shape broadcast_shapes(const Shape& a, const Shape& b);

/// Position of an element in row-major memory: index (1, 2) in shape (3, 4) -> 6. Negative indices count from the end.
/// @throws Error naming index and shape if the ranks differ or an index lies outside its axis.
/// Exercise: exercises/01_tensor/ravel_index.cpp
std::int64_t ravel_index(const Shape& index, const Shape& shape);

}  // namespace tinytorch
