#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"
#include "tinytorch/quant/quantize.h"

namespace tinytorch {
namespace {

TEST(FakeQuantize, LeavesAsManyValuesAsItsBitsHaveCodes) {
  Rng rng(1);
  Array a({10000});
  for (float& v : a.values()) v = rng.uniform(-1, 1);
  for (int bits = 2; bits <= 8; ++bits) {
    const Array q = fake_quantize(a, bits, Granularity::tensor);
    EXPECT_EQ(std::set<float>(q.values().begin(), q.values().end()).size(), (1u << bits) - 1) << bits;
  }
}

TEST(FakeQuantize, EqualsQuantizeWeightAtEightBits) {
  Rng rng(2);
  const Array w = test::normal_array({7, 31}, rng);
  for (const bool per_channel : {true, false}) {
    const Array a = fake_quantize(w, 8, per_channel ? Granularity::channel : Granularity::tensor);
    const Array b = dequantize_weight(quantize_weight(w, per_channel));
    EXPECT_TRUE(std::ranges::equal(a.values(), b.values()));
  }
}

TEST(FakeQuantize, FinerPiecesLoseLess) {
  Rng rng(3);
  Array w = test::normal_array({64, 128}, rng);
  for (std::int64_t i = 0; i < w.size(); ++i) w.data()[i] *= static_cast<float>(1 + i / 128);  // rows of unlike size
  const double tensor = sqnr_db(w, fake_quantize(w, 4, Granularity::tensor));
  const double channel = sqnr_db(w, fake_quantize(w, 4, Granularity::channel));
  const double group = sqnr_db(w, fake_quantize(w, 4, Granularity::group, 32));
  EXPECT_GT(channel, tensor + 1);  // dB
  EXPECT_GT(group, channel + 1);
}

TEST(FakeQuantize, AGroupDoesNotReachIntoTheNextRow) {
  Array w({2, 5}, 1.0f);
  for (int i = 5; i < 10; ++i) w.data()[i] = 100.0f;
  const Array q = fake_quantize(w, 2, Granularity::group, 3);  // 3 + 2 and 3 + 2, each constant, so exact
  EXPECT_TRUE(std::ranges::equal(q.values(), w.values()));
}

TEST(FakeQuantize, GroupsOfOneAreExact) {
  Rng rng(4);
  const Array a = test::normal_array({3, 17}, rng);
  const Array q = fake_quantize(a, 2, Granularity::group, 1);
  EXPECT_TRUE(std::ranges::equal(q.values(), a.values()));
}

TEST(FakeQuantize, RefusesBitsAndGroupsThatCannotBe) {
  const Array a({2}, {1, 2});
  EXPECT_THROW(fake_quantize(a, 1, Granularity::tensor), Error);
  EXPECT_THROW(fake_quantize(a, 9, Granularity::tensor), Error);
  EXPECT_THROW(fake_quantize(a, 4, Granularity::group, 0), Error);
  EXPECT_THROW(fake_quantize(Array({1}, NAN), 4, Granularity::tensor), Error);
}

}  // namespace
}  // namespace tinytorch
