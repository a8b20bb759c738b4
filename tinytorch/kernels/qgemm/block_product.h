#pragma once
#include <cstring>

#include "tinytorch/kernels/qgemm/blocks.h"

/// The product over packed blocks, for any vector unit: an Engine says how wide a vector is, how it loads codes and
/// weights and how it adds four products to each 32-bit lane. Everything is in anonymous namespaces: each instruction
/// set compiles its own.
namespace tinytorch::kernels {
namespace {

constexpr int kMostRows = 12, kMostGroups = 8;    // of any tile
constexpr int kFewRows = 2;                       // take no longer than their weights need to come from the third cache
constexpr std::int64_t kBytesOfRows = 512 << 10;  // of activations that stay in the second cache while weights pass by
constexpr std::int64_t kBytesOfNearWeights = 512 << 10;  // of weights that are in the second cache from the last time
constexpr std::int64_t kBytesAhead = 1 << 10;

/// A tile whose sums fit into the registers: so many rows by so many groups of 16 columns.
struct TileShape {
  int rows, groups;
};

template <class Engine>
constexpr int groups_for(int rows) {
  for (const TileShape& shape : Engine::kShapes) {
    if (rows <= shape.rows) return shape.groups;
  }
  return 0;
}

/// Groups of weights that a tile fetches ahead, a line of each at a time. The CPU keeps up with a few by itself.
constexpr int fetched_groups(int rows, int groups) { return rows > kFewRows ? 1 : groups > 4 ? groups : 0; }

/// body(0), body(1), … with indices that are constants: an array indexed by them stays in registers, which GCC does not
/// manage for one that a loop runs over.
template <int kIndex>
struct Index {
  constexpr operator int() const { return kIndex; }  // NOLINT(google-explicit-constructor): made to be implicit
};
template <int kCount, int kFrom = 0, class Body>
[[gnu::always_inline]] inline void each(const Body& body) {
  if constexpr (kFrom < kCount) {
    body(Index<kFrom>{});
    each<kCount, kFrom + 1>(body);
  }
}

/// sums[r][·] = Σ_p a[r][p] · w[·][p] over whole fours of p. A tile of few sums has several chains of each, since an
/// addition waits for the one before it. Meanwhile weights are fetched into the cache from `ahead`: many rows take long
/// enough for all of a group that comes next; few rows wait for each of their own groups, and fetch all a little ahead.
template <class Engine, int kRows, int kGroups>
void product(const std::uint8_t* a, std::int64_t a_row, std::int64_t k, const std::int8_t* w, std::int64_t w_group,
             const std::int8_t* ahead, std::int32_t* sums) noexcept {
  constexpr int kParts = Engine::kVectorsOfGroup, kVectors = kGroups * kParts;
  constexpr int kTileSums = kRows * kVectors;
  constexpr int kFetched = fetched_groups(kRows, kGroups);
  constexpr int kChains = kTileSums >= 8 ? 1 : kTileSums >= 4 ? 2 : 4;
  typename Engine::Sums acc[kChains * kRows * kVectors];
  each<kChains * kTileSums>([&](auto s) __attribute__((always_inline)) { acc[s] = Engine::zero(); });

  const auto step = [&](auto chain, std::int64_t p) __attribute__((always_inline)) {
    typename Engine::Weights weights[kVectors];
    each<kVectors>([&](auto v) __attribute__((always_inline)) {
      weights[v] = Engine::weights(w + p * 16 + v / kParts * w_group + v % kParts * (64 / kParts));
    });
    each<kFetched>([&](auto g) __attribute__((always_inline)) { __builtin_prefetch(ahead + p * 16 + g * w_group); });
    each<kRows>([&](auto r) __attribute__((always_inline)) {
      std::uint32_t four;
      std::memcpy(&four, a + r * a_row + p, sizeof four);
      const typename Engine::Codes codes = Engine::codes(four);
      each<kVectors>([&](auto v) __attribute__((always_inline)) {
        auto& sum = acc[chain * kTileSums + r * kVectors + v];
        sum = Engine::add(sum, codes, weights[v]);
      });
    });
  };

  std::int64_t p = 0;
  if constexpr (kChains > 1) {
    for (; p + 4 * kChains <= k; p += 4 * kChains) {
      each<kChains>([&](auto chain) __attribute__((always_inline)) { step(chain, p + 4 * chain); });
    }
  }
  for (; p + 4 <= k; p += 4) step(Index<0>{}, p);

  each<kTileSums>([&](auto s) __attribute__((always_inline)) {
    typename Engine::Sums total = acc[s];
    each<kChains - 1>([&](auto c) __attribute__((always_inline)) {
      total = Engine::plus(total, acc[(c + 1) * kTileSums + s]);
    });
    Engine::store(sums + s * (16 / kParts), total);
  });
}

/// What product() leaves: the up to three codes behind the last whole four. The weights that meet the rest of the word
/// are zero; the row's memory may end, so it is not read as a word.
template <class Engine>
void add_last(const std::uint8_t* a, std::int64_t a_row, std::int64_t count, const std::int8_t* w, std::int64_t w_group,
              std::int64_t rows, std::int64_t groups, std::int32_t* sums) noexcept {
  constexpr int kParts = Engine::kVectorsOfGroup;
  for (std::int64_t r = 0; r < rows; ++r) {
    std::uint32_t word = 0;
    for (std::int64_t p = 0; p < count; ++p) word |= static_cast<std::uint32_t>(a[r * a_row + p]) << (8 * p);
    const typename Engine::Codes codes = Engine::codes(word);
    for (std::int64_t v = 0; v < groups * kParts; ++v, sums += 16 / kParts) {
      const typename Engine::Weights weights = Engine::weights(w + v / kParts * w_group + v % kParts * (64 / kParts));
      Engine::store(sums, Engine::add(Engine::load(sums), codes, weights));
    }
  }
}

using Product = void (*)(const std::uint8_t*, std::int64_t, std::int64_t, const std::int8_t*, std::int64_t,
                         const std::int8_t*, std::int32_t*) noexcept;

/// The product for 1 to kMostRows rows, and 1, 2, 4 or 8 groups as far as the engine's shapes allow.
template <class Engine>
struct Products {
  Product of[kMostRows + 1][kMostGroups + 1] = {};

  template <int kRows, int kGroups>
  constexpr void fill() {
    if constexpr (kRows <= kMostRows) {
      if constexpr (kGroups <= groups_for<Engine>(kRows)) {
        of[kRows][kGroups] = product<Engine, kRows, kGroups>;
        fill<kRows, kGroups * 2>();
      } else {
        fill<kRows + 1, 1>();
      }
    }
  }
  constexpr Products() { fill<1, 1>(); }
};

/// What a band of rows is to fetch while it multiplies `groups` from column j on. Its own weights mean nothing: they
/// are there already.
inline const std::int8_t* weights_ahead(const Blocks& weights, const QgemmBlock& block, std::int64_t j, int groups,
                                        std::int64_t rows, std::int64_t band) noexcept {
  const std::int8_t* own = weights.data + j * weights.k_padded;
  if ((block.j1 - block.j0) * weights.k_padded <= kBytesOfNearWeights) return own;
  if (rows <= kFewRows) return own + kBytesAhead;
  const std::int64_t group = groups + band;  // each band one of the columns that come next
  return band < groups && j + 16 * group < block.j1 ? own + 16 * group * weights.k_padded : own;
}

/// Calls for the memory that a tile's results will be written to: a store that has to wait holds up those behind it.
inline void fetch_results(const QgemmArgs& args, std::int64_t i0, std::int64_t i1, std::int64_t j,
                          std::int64_t columns) noexcept {
  const std::int64_t size = args.output == QgemmOutput::codes ? 1 : 4;
  for (std::int64_t i = i0; i < i1; ++i) {
    const char* to = static_cast<const char*>(args.c) + (i * args.c_row + j) * size;
    for (std::int64_t x = 0; x < columns * size; x += 64) __builtin_prefetch(to + x, 1);
  }
}

/// The whole of a block: tiles of the best shape, columns outside, so that a tile's weights serve all rows from the
/// cache.
template <class Engine>
void run_block(const QgemmArgs& args, const Blocks& weights, const QgemmBlock& block) noexcept {
  static constexpr Products<Engine> kProducts;
  constexpr int kTallest = Engine::kShapes[sizeof(Engine::kShapes) / sizeof(TileShape) - 1].rows;
  alignas(64) std::int32_t sums[kMostRows * kMostGroups * 16];

  const std::int64_t w_group = 16 * weights.k_padded, last = weights.k % 4;
  const std::int64_t resident = kBytesOfRows / weights.k / kTallest * kTallest;
  const std::int64_t most_rows = resident < kTallest ? kTallest : resident;
  for (std::int64_t i0 = block.i0; i0 < block.i1; i0 += most_rows) {
    const std::int64_t rows = block.i1 - i0 < most_rows ? block.i1 - i0 : most_rows;
    const std::int64_t bands = (rows + kTallest - 1) / kTallest;  // of rows, as equal as can be
    int groups = groups_for<Engine>(static_cast<int>((rows + bands - 1) / bands));
    for (std::int64_t j = block.j0; j < block.j1; j += 16 * groups) {
      const std::int64_t left = (block.j1 - j + 15) / 16;
      while (groups > left) groups /= 2;
      const std::int64_t columns = block.j1 - j < 16 * groups ? block.j1 - j : 16 * groups;
      const std::int8_t* w = weights.data + j * weights.k_padded;
      for (std::int64_t band = 0; band < bands; ++band) {
        const std::int64_t from = i0 + rows * band / bands, to = i0 + rows * (band + 1) / bands;
        const std::uint8_t* a = args.a + from * args.a_row;
        fetch_results(args, from, to, j, columns);
        const std::int8_t* ahead = weights_ahead(weights, block, j, groups, to - from, band);
        kProducts.of[to - from][groups](a, args.a_row, weights.k, w, w_group, ahead, sums);
        if (last > 0) {
          const std::int64_t p = weights.k - last;
          add_last<Engine>(a + p, args.a_row, last, w + p * 16, w_group, to - from, groups, sums);
        }
        Engine::finish(args, weights, {from, to - from, j, columns, sums, 16 * groups});
      }
    }
  }
}

}  // namespace
}  // namespace tinytorch::kernels
