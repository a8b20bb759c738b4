#pragma once
#include <string_view>

#include "tinytorch/tensor/array_ops.h"

/// What the operations check before they compute. Messages begin with "[operation]".
namespace tinytorch {

/// @throws Error if the array is undefined.
void require_defined(std::string_view operation, const Array& a);

/// broadcast_shapes of two operands. @throws Error naming both shapes if they do not fit, or if one is undefined.
Shape result_shape(std::string_view operation, const Array& a, const Array& b);

/// Axes in [0, rank), ascending; all of them if none is named. @throws Error if one lies outside or is named twice.
Axes normalize_axes(std::string_view operation, const Axes& axes, std::size_t rank);

/// What is left of a shape when normalized axes are reduced: nothing in their place, or a 1.
Shape reduced_shape(const Shape& shape, const Axes& axes, bool keepdims);

}  // namespace tinytorch
