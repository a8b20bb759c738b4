#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tinytorch/tensor/array_ops.h"

/// Slow and plain: what the tests compare with goes from index to index.
namespace tinytorch::testing {

/// Calls visit(index) for every index of a shape, in row-major order.
template <class Visit>
void for_each_index(const Shape& shape, Visit visit) {
  Shape at(shape.size(), 0);
  for (std::int64_t left = element_count(shape); left > 0; --left) {
    visit(static_cast<const Shape&>(at));
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      if (++at[axis] < shape[axis]) break;
      at[axis] = 0;
    }
  }
}

/// The element that an index of a broadcast result reads.
inline float stretched(const Array& a, const Shape& index) {
  Shape own(index.end() - static_cast<std::ptrdiff_t>(a.rank()), index.end());
  for (std::size_t axis = 0; axis < own.size(); ++axis) {
    if (a.shape()[axis] == 1) own[axis] = 0;
  }
  return a.at(own);
}

inline std::vector<float> list(const Array& a) { return {a.values().begin(), a.values().end()}; }

inline Array random_array(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  Array result(shape);
  for (float& x : result.values()) x = rng.normal();
  return result;
}

/// 0, 1, 2, …
inline Array counting(const Shape& shape) {
  Array result(shape);
  for (std::int64_t i = 0; i < result.size(); ++i) result.data()[i] = static_cast<float>(i);
  return result;
}

struct Pair {
  Shape a, b;
};

/// Shapes that broadcast: equal, numbers, rows, columns, both stretched, sizes of 0 and 1, ranks 0 to 4.
inline const std::vector<Pair> kPairs = {{{}, {}},
                                         {{3}, {3}},
                                         {{2, 3}, {2, 3}},
                                         {{2, 3}, {3}},
                                         {{3}, {2, 3}},
                                         {{2, 3}, {1, 3}},
                                         {{2, 3}, {2, 1}},
                                         {{2, 1}, {2, 3}},
                                         {{2, 1}, {1, 3}},
                                         {{1, 3}, {2, 1}},
                                         {{}, {2, 2}},
                                         {{2, 2}, {}},
                                         {{1}, {3}},
                                         {{3}, {1, 1, 1}},
                                         {{0}, {1}},
                                         {{2, 0}, {}},
                                         {{0, 3}, {3}},
                                         {{0, 3}, {1, 3}},
                                         {{2, 3, 2}, {3, 1}},
                                         {{3, 1}, {2, 3, 2}},
                                         {{2, 3, 2}, {2, 1, 2}},
                                         {{2, 1, 2, 1}, {3, 1, 2}},
                                         {{1, 3, 1}, {2, 1, 2}},
                                         {{2, 3, 4, 2}, {3, 4, 2}},
                                         {{2, 3, 1, 1}, {2, 3, 4, 2}}};

}  // namespace tinytorch::testing
