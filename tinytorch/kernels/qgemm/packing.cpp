#include "tinytorch/kernels/qgemm/packing.h"

#include <algorithm>

#include "tinytorch/base/aligned_memory.h"

namespace tinytorch::kernels {
namespace {

constexpr std::int64_t kGroup = 16;

std::int64_t round_up(std::int64_t x, std::int64_t step) { return (x + step - 1) / step * step; }

/// Where w[j][p] stands.
std::int64_t place(std::int64_t j, std::int64_t p, std::int64_t k_padded) {
  return j / kGroup * kGroup * k_padded + p / 4 * 4 * kGroup + j % kGroup * 4 + p % 4;
}

}  // namespace

std::shared_ptr<std::int8_t[]> allocate_weights(std::size_t bytes) {
  auto* memory = static_cast<std::int8_t*>(allocate_aligned(bytes));
  std::fill_n(memory, bytes, std::int8_t{0});
  return {memory, [bytes](std::int8_t* p) { free_aligned(p, bytes); }};
}

std::vector<std::int32_t> sum_rows(const std::int8_t* weights, std::int64_t n, std::int64_t k) {
  std::vector<std::int32_t> sums(static_cast<std::size_t>(n), 0);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t p = 0; p < k; ++p) sums[static_cast<std::size_t>(j)] += weights[j * k + p];
  }
  return sums;
}

PackedWeights pack_blocks(const std::int8_t* weights, std::int64_t n, std::int64_t k, std::int64_t k_step) {
  PackedWeights packed;
  packed.n = n;
  packed.k = k;
  packed.n_padded = round_up(n, kGroup);
  packed.k_padded = round_up(k, k_step);
  packed.size = static_cast<std::size_t>(packed.n_padded * packed.k_padded);
  packed.data = allocate_weights(packed.size);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t p = 0; p < k; ++p) packed.data[place(j, p, packed.k_padded)] = weights[j * k + p];
  }
  packed.sums = sum_rows(weights, n, k);
  return packed;
}

void unpack_blocks(const PackedWeights& packed, std::int8_t* weights) {
  for (std::int64_t j = 0; j < packed.n; ++j) {
    for (std::int64_t p = 0; p < packed.k; ++p) {
      weights[j * packed.k + p] = packed.data[place(j, p, packed.k_padded)];
    }
  }
}

}  // namespace tinytorch::kernels
