#pragma once
#include <optional>

#include "tinytorch/tensor/array.h"

/// Arithmetic on bare values: what ops and their gradients are written with. Every function checks its operands,
/// throws Error beginning with "[operation]", and returns fresh memory unless it says otherwise.
namespace tinytorch {

using Axes = std::vector<std::int64_t>;  ///< negative axes count from the end

// Element by element; shapes broadcast as broadcast_shapes says.
Array add(const Array& a, const Array& b);  ///< Exercise: exercises/01_tensor/add.cpp
Array subtract(const Array& a, const Array& b);
Array multiply(const Array& a, const Array& b);
Array divide(const Array& a, const Array& b);
Array maximum(const Array& a, const Array& b);
Array minimum(const Array& a, const Array& b);
Array equal(const Array& a, const Array& b);  ///< 1.0 where true, else 0.0; so the next three
Array not_equal(const Array& a, const Array& b);
Array less(const Array& a, const Array& b);
Array less_equal(const Array& a, const Array& b);
Array greater(const Array& a, const Array& b);
Array greater_equal(const Array& a, const Array& b);
Array where(const Array& condition, const Array& a, const Array& b);  ///< a where condition is not 0, else b

Array negate(const Array& a);
Array exp(const Array& a);
Array log(const Array& a);
Array sqrt(const Array& a);
Array abs(const Array& a);
Array sign(const Array& a);
Array sin(const Array& a);
Array cos(const Array& a);
Array tanh(const Array& a);
Array erf(const Array& a);
Array square(const Array& a);
Array reciprocal(const Array& a);
Array pow(const Array& a, float exponent);
Array scale(const Array& a, float factor, float offset = 0);  ///< a * factor + offset

// Over axes; no axes means all of them. keepdims leaves a 1 in their place.
Array sum(const Array& a, const Axes& axes = {}, bool keepdims = false);  ///< Exercise: exercises/01_tensor/sum.cpp
Array mean(const Array& a, const Axes& axes = {}, bool keepdims = false);
Array max(const Array& a, const Axes& axes = {}, bool keepdims = false);  ///< NaN if one is among them
/// Index of the first largest element along one axis, or in row-major order over the whole array without one.
Array argmax(const Array& a, std::optional<std::int64_t> axis = {}, bool keepdims = false);

/// Matrix product of (…, M, K) and (…, K, N); leading axes broadcast. transpose_x takes x with its last two axes
/// swapped, without copying. Rank 1 is not taken: reshape first.
Array matmul(const Array& a, const Array& b, bool transpose_a = false, bool transpose_b = false);

Array permute(const Array& a, const Axes& order);  ///< axis i of the result is axis order[i] of a
Array transpose(const Array& a);                   ///< swaps the last two axes
Array swap_axes(const Array& a, std::int64_t first, std::int64_t second);
Array broadcast_to(const Array& a, const Shape& shape);
/// Elements [begin, end) in steps of `step` (> 0) along one axis; negative begin and end count from the end, and both
/// are clipped to the axis as in Python.
Array slice(const Array& a, std::int64_t axis, std::int64_t begin, std::int64_t end, std::int64_t step = 1);
/// Zeros of `shape` with `part` placed where slice(…) would have read it: the reverse of slice.
Array unslice(const Array& part, const Shape& shape, std::int64_t axis, std::int64_t begin, std::int64_t end,
              std::int64_t step = 1);
Array concat(const std::vector<Array>& parts, std::int64_t axis);

/// A row that holds NaN or +∞, or -∞ alone, gives NaN: such numbers have no softmax.
Array softmax(const Array& a, std::int64_t axis);      ///< Exercise: exercises/03_activations/softmax.cpp
Array log_softmax(const Array& a, std::int64_t axis);  ///< Exercise: exercises/05_losses/log_softmax.cpp

/// destination += source, of one shape, in place.
void add_in_place(Array& destination, const Array& source);

/// Undoes broadcasting in a gradient: sums `gradient` down to `shape`, from which it was stretched.
/// Exercise: exercises/02_autograd/unbroadcast.cpp
Array unbroadcast(const Array& gradient, const Shape& shape);

/// As NumPy prints: "[[1.  2.5]\n [3.  4. ]]"; over 1000 elements, long axes are shortened with "...".
std::string to_string(const Array& a);

}  // namespace tinytorch
