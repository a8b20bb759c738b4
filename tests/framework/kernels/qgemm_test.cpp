#include "tinytorch/kernels/qgemm/qgemm.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/framework/kernels/emulated_tiles.h"
#include "tests/framework/kernels/qgemm_case.h"
#include "tests/framework/kernels/trapped_amx.h"
#include "tinytorch/base/parallel.h"
#include "tinytorch/kernels/qgemm/packing.h"
#include "tinytorch/kernels/qgemm/tile_product.h"

namespace tinytorch::kernels {
namespace {

constexpr QgemmOutput kOutputs[] = {QgemmOutput::sums, QgemmOutput::reals, QgemmOutput::codes};

/// The rows of the table, and the tile kernel on tiles of plain memory, which every machine has.
struct Named {
  std::string name;
  QgemmKernel kernel;
};

const QgemmCase* current_case;  // for finishing a block of the emulated tiles: by the definition, not by a kernel

void finish_by_definition(const QgemmArgs& args, const Blocks& weights, const SumsTile& tile) noexcept {
  for (std::int64_t r = 0; r < tile.rows; ++r) {
    const std::int64_t i = tile.i + r;
    for (std::int64_t x = 0; x < tile.columns; ++x) {
      const std::int64_t share = args.a_zero[args.a_zero_per_row ? i : 0] * std::int64_t{weights.sums[tile.j + x]};
      current_case->write(args.output, args.c, i, tile.j + x, tile.sums[r * tile.sums_row + x] - share);
    }
  }
}

PackedWeights pack_for_tiles(const std::int8_t* weights, std::int64_t n, std::int64_t k) {
  return pack_blocks(weights, n, k, kTileCodes);
}

void run_emulated(const QgemmArgs& args, const QgemmBlock& block) {
  const PackedWeights& packed = *args.weights;
  const Blocks weights{packed.data.get(), packed.sums.data(), packed.k, packed.k_padded};
#if defined(__x86_64__)
  if (block.i1 - block.i0 < kTileRows) return qgemm_vnni(args, weights, block);  // as the tile kernel does
#endif
  EmulatedTiles tiles;
  run_tiles(tiles, args, weights, block, finish_by_definition);
}

std::vector<Named> kernels() {
  std::vector<Named> all;
  for (const QgemmKernel& kernel : qgemm_table()) all.push_back({std::string(to_string(kernel.isa)), kernel});
  all.push_back({"emulated_tiles", {Isa::generic, pack_for_tiles, unpack_blocks, run_emulated}});
  return all;
}

class Qgemm : public testing::TestWithParam<Named> {
 protected:
  void SetUp() override {
    if (GetParam().kernel.isa <= detected_isa()) return;
#if defined(__x86_64__) && defined(__linux__)
    // The rest of that kernel is AVX-512 with VNNI; its tile instructions can be had without a CPU for them.
    if (GetParam().kernel.isa == Isa::amx && detected_isa() == Isa::vnni) {
      trapped_.emplace();
      return;
    }
#endif
    GTEST_SKIP() << "this CPU has no " << GetParam().name;
  }
  void TearDown() override {
#if defined(__x86_64__) && defined(__linux__)
    if (!trapped_) return;
    EXPECT_EQ(trapped_->instructions() > 0, multiplied_);
    EXPECT_TRUE(trapped_->released());
#endif
  }
  const QgemmKernel& kernel() const { return GetParam().kernel; }

  /// Fewer rows than a tile has go to the VNNI kernel, which only some machines have.
  bool can_run(std::int64_t m) const {
    return GetParam().name != "emulated_tiles" || m >= kTileRows || detected_isa() >= Isa::vnni;
  }

  void expect_equal(QgemmCase& product, QgemmOutput output) {
    multiplied_ = multiplied_ || product.m >= kTileRows;
    const PackedWeights packed = kernel().pack(product.w.data(), product.n, product.k);
    std::vector<std::uint8_t> c(product.bytes_of_c(output), 0x5a);
    QgemmArgs args = product.args;
    args.weights = &packed;
    args.output = output;
    args.c = c.data();
    current_case = &product;
    kernel().run(args, {0, product.m, 0, product.n});
    EXPECT_TRUE(c == product.expected(output))
        << product.m << " x " << product.k << " to " << product.n << ", output " << static_cast<int>(output);
  }

  bool multiplied_ = false;  ///< with tiles, if the kernel has them

 private:
#if defined(__x86_64__) && defined(__linux__)
  std::optional<TrappedAmx> trapped_;
#endif
};

INSTANTIATE_TEST_SUITE_P(Table, Qgemm, testing::ValuesIn(kernels()), [](const auto& row) { return row.param.name; });

TEST_P(Qgemm, EveryShapeAndOutputIsExact) {
  Rng rng(1);
  constexpr std::int64_t kSizes[] = {1, 3, 4, 15, 16, 17, 31, 32, 63, 64, 65, 100, 784};
  for (std::int64_t m : {1, 2, 15, 16, 17, 33}) {
    for (std::int64_t n : kSizes) {
      for (std::int64_t k : kSizes) {
        // All three outputs of all small products; of the large ones, one each.
        const bool large = m * n * k > 200000;
        const auto only = static_cast<std::size_t>(rng.below(3));
        QgemmCase product(m, n, k, static_cast<Codes>(rng.below(4)), rng);
        for (std::size_t o = 0; o < 3 && can_run(m); ++o) {
          if (!large || o == only) expect_equal(product, kOutputs[o]);
        }
        if (HasFailure()) return;
      }
    }
  }
}

TEST_P(Qgemm, EveryNumberOfRowsIsExact) {
  Rng rng(2);
  for (std::int64_t m = 1; m <= 70; ++m) {
    QgemmCase product(m, 1 + static_cast<std::int64_t>(rng.below(150)), 1 + static_cast<std::int64_t>(rng.below(130)),
                      Codes::random, rng);
    if (can_run(m)) expect_equal(product, kOutputs[m % 3]);
  }
}

TEST_P(Qgemm, TheLongestSumIsExact) {
  Rng rng(3);
  for (std::int64_t m : {1, 17}) {
    for (Codes codes : {Codes::extreme, Codes::pixels, Codes::saturating}) {
      QgemmCase product(m, 17, kMostTerms, codes, rng);
      product.args.offset = nullptr;  // the sum alone fills 32 bits
      for (QgemmOutput output : kOutputs) {
        if (can_run(m)) expect_equal(product, output);
      }
    }
  }
}

TEST_P(Qgemm, ManyRowsOfLongSumsPassInChunks) {
  Rng rng(4);
  QgemmCase few(70, 40, 40000, Codes::random, rng);  // a chunk is a tile or two
  QgemmCase many(517, 20, 70, Codes::random, rng);   // five rows more than two chunks of tiles
  for (QgemmCase* product : {&few, &many}) expect_equal(*product, QgemmOutput::codes);
}

TEST_P(Qgemm, ABlockComputesItsOutputsAlone) {
  Rng rng(5);
  QgemmCase product(40, 100, 65, Codes::random, rng);
  const PackedWeights packed = kernel().pack(product.w.data(), product.n, product.k);
  const std::vector<std::uint8_t> whole = product.expected(QgemmOutput::codes);
  std::vector<std::uint8_t> c(whole.size(), 0x5a);
  QgemmArgs args = product.args;
  args.weights = &packed;
  args.output = QgemmOutput::codes;
  args.c = c.data();
  current_case = &product;
  kernel().run(args, {3, 39, 32, 77});
  multiplied_ = true;
  for (std::int64_t i = 0; i < 40; ++i) {
    for (std::int64_t j = 0; j < args.c_row; ++j) {
      const auto at = static_cast<std::size_t>(i * args.c_row + j);
      ASSERT_EQ(c[at], i >= 3 && i < 39 && j >= 32 && j < 77 ? whole[at] : 0x5a) << i << ", " << j;
    }
  }
}

TEST_P(Qgemm, UnpackRestoresWhatWasPacked) {
  Rng rng(6);
  for (std::int64_t n : {1, 15, 16, 17, 100}) {
    for (std::int64_t k : {1, 3, 4, 5, 63, 64, 65, 784}) {
      const QgemmCase product(1, n, k, Codes::random, rng);
      const PackedWeights packed = kernel().pack(product.w.data(), n, k);
      EXPECT_EQ(packed.n, n);
      EXPECT_EQ(packed.k, k);
      EXPECT_EQ(packed.size, static_cast<std::size_t>(packed.n_padded * packed.k_padded));
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(packed.data.get()) % 64, 0U);
      std::vector<std::int8_t> w(product.w.size());
      kernel().unpack(packed, w.data());
      EXPECT_EQ(w, product.w);
      for (std::int64_t j = 0; j < n; ++j) {
        std::int32_t row_sum = 0;
        for (std::int64_t p = 0; p < k; ++p) row_sum += product.w[static_cast<std::size_t>(j * k + p)];
        EXPECT_EQ(packed.sums[static_cast<std::size_t>(j)], row_sum);
      }
    }
  }
}

TEST(QgemmDispatch, ThreadsDoNotChangeABit) {
  Rng rng(7);
  const int before = thread_count();
  QgemmCase tall(700, 200, 300, Codes::random, rng), wide(40, 1000, 1030, Codes::random, rng);
  for (QgemmCase* product : {&tall, &wide}) {
    const PackedWeights packed = pack_weights(product->w.data(), product->n, product->k);
    EXPECT_EQ(packed.isa, active_isa());
    const std::vector<std::uint8_t> expected = product->expected(QgemmOutput::codes);
    for (int threads : {1, 2, 3, 5}) {
      set_thread_count(threads);
      std::vector<std::uint8_t> c(expected.size(), 0x5a);
      QgemmArgs args = product->args;
      args.weights = &packed;
      args.output = QgemmOutput::codes;
      args.c = c.data();
      qgemm(args);
      EXPECT_TRUE(c == expected) << threads << " threads";
    }
  }
  set_thread_count(before);
}

TEST(QgemmDispatch, TheTableEndsWithGenericAndDescends) {
  const auto table = qgemm_table();
  for (std::size_t i = 1; i < table.size(); ++i) EXPECT_LT(table[i].isa, table[i - 1].isa);
  EXPECT_EQ(table.back().isa, Isa::generic);
}

TEST(Int8Gemm, EqualsTheDefinitionIn64Bits) {
  Rng rng(8);
  constexpr std::int64_t kM = 3, kN = 5, kK = 301;
  std::vector<std::int8_t> a(kM * kK), w(kN * kK);
  for (std::int8_t& x : a) x = static_cast<std::int8_t>(rng.below(256));
  for (std::int8_t& x : w) x = static_cast<std::int8_t>(static_cast<int>(rng.below(255)) - 127);
  for (std::int32_t zero : {-128, -1, 0, 77, 127}) {
    std::vector<std::int32_t> sums(kM * kN);
    int8_gemm(kM, kN, kK, a.data(), zero, w.data(), sums.data());
    for (std::int64_t i = 0; i < kM; ++i) {
      for (std::int64_t j = 0; j < kN; ++j) {
        std::int64_t sum = 0;
        for (std::int64_t p = 0; p < kK; ++p) {
          sum += std::int64_t{a[static_cast<std::size_t>(i * kK + p)] - zero} * w[static_cast<std::size_t>(j * kK + p)];
        }
        EXPECT_EQ(sums[static_cast<std::size_t>(i * kN + j)], sum);
      }
    }
  }
}

}  // namespace
}  // namespace tinytorch::kernels
