#include "tinytorch/data/loader.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "tests/framework/message_of.h"
#include "tinytorch/base/temporary_directory.h"

namespace tinytorch {
namespace {

using ::testing::HasSubstr;
using testing::message_of;

/// `count` images of 2×3; all pixels of image i are i, its label i % 10.
Dataset numbered(std::int64_t count) {
  Dataset data{"numbered", 2, 3, 10, {}, {}};
  for (std::int64_t i = 0; i < count; ++i) {
    data.pixels.insert(data.pixels.end(), 6, static_cast<std::uint8_t>(i));
    data.labels.push_back(static_cast<std::uint8_t>(i % 10));
  }
  return data;
}

// Neither scaled nor shifted: a pixel of value v becomes v (1/255 · 255 is rounded, so it is rounded back).
const Normalization kPlain{0, 1.0f / 255};

std::vector<int> numbers(const Batch& batch) {
  std::vector<int> result;
  for (std::int64_t row = 0; row < batch.images.dim(0); ++row) {
    result.push_back(static_cast<int>(std::lround(batch.images.at({row, 5}))));
  }
  return result;
}

std::vector<std::vector<int>> epoch_of(DataLoader& loader, std::int64_t epoch) {
  std::vector<std::vector<int>> result;
  Batch batch;
  for (loader.start(epoch); loader.next(batch);) result.push_back(numbers(batch));
  return result;
}

LoaderOptions options_of(std::int64_t batch_size, bool shuffle, bool drop_last = false, std::uint64_t seed = 1) {
  return {batch_size, shuffle, drop_last, seed, kPlain};
}

TEST(DataLoader, GivesEveryImageOnceWithItsLabel) {
  const Dataset data = numbered(103);
  DataLoader loader(data, options_of(8, true));
  EXPECT_EQ(loader.batches(), 13);
  std::multiset<int> seen;
  Batch batch;
  while (loader.next(batch)) {
    const std::vector<int> rows = numbers(batch);
    ASSERT_EQ(batch.labels.size(), rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) EXPECT_EQ(batch.labels[row], rows[row] % 10);
    seen.insert(rows.begin(), rows.end());
  }
  EXPECT_EQ(loader.position(), 13);
  EXPECT_EQ(batch.images.shape(), (Shape{7, 6}));  // 103 - 12 · 8
  std::vector<int> all(103);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_TRUE(std::ranges::equal(seen, all));
  EXPECT_FALSE(loader.next(batch));  // and it stays at the end
}

TEST(DataLoader, KeepsTheOrderWithoutShuffling) {
  const Dataset data = numbered(5);
  DataLoader loader(data, options_of(2, false));
  EXPECT_THAT(epoch_of(loader, 0), ::testing::ElementsAre(std::vector{0, 1}, std::vector{2, 3}, std::vector{4}));
}

TEST(DataLoader, DropsALastBatchThatIsNotFull) {
  const Dataset data = numbered(5);
  DataLoader loader(data, options_of(2, false, true));
  EXPECT_EQ(loader.batches(), 2);
  EXPECT_EQ(epoch_of(loader, 0).back(), (std::vector{2, 3}));
  const Dataset even = numbered(4);
  EXPECT_EQ(DataLoader(even, options_of(2, true, true)).batches(), 2);
}

TEST(DataLoader, OrdersByEpochAndSeedAlone) {
  const Dataset data = numbered(50);
  DataLoader loader(data, options_of(7, true)), same(data, options_of(7, true)),
      other(data, options_of(7, true, false, 2));
  const auto third = epoch_of(loader, 3);
  EXPECT_NE(third, epoch_of(loader, 4));
  EXPECT_EQ(third, epoch_of(same, 3));    // without having been through epochs 0, 1, 2
  EXPECT_EQ(third, epoch_of(loader, 3));  // and when it goes back
  EXPECT_NE(third, epoch_of(other, 3));
}

TEST(DataLoader, ReturnsToAnyBatch) {
  const Dataset data = numbered(50);
  DataLoader loader(data, options_of(7, true));
  const auto whole = epoch_of(loader, 2);
  for (std::int64_t at = 0; at <= loader.batches(); ++at) {
    DataLoader fresh(data, options_of(7, true));
    fresh.start(2, at);
    EXPECT_EQ(fresh.epoch(), 2);
    EXPECT_EQ(fresh.position(), at);
    Batch batch;
    for (std::size_t i = static_cast<std::size_t>(at); i < whole.size(); ++i) {
      ASSERT_TRUE(fresh.next(batch));
      EXPECT_EQ(numbers(batch), whole[i]);
    }
    EXPECT_FALSE(fresh.next(batch));
  }
}

TEST(DataLoader, NormalizesEveryPixel) {
  const Dataset data = numbered(3);
  LoaderOptions options = options_of(3, false);
  options.normalization = {0.1307f, 0.3081f};
  DataLoader loader(data, options);
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  for (std::int64_t row = 0; row < 3; ++row) {
    for (std::int64_t column = 0; column < 6; ++column) {
      // Float scale and shift: two roundings of numbers around 1.
      EXPECT_NEAR(batch.images.at({row, column}), (static_cast<double>(row) / 255 - 0.1307) / 0.3081, 1e-6);
    }
  }
}

TEST(DataLoader, ReusesMemoryThatNothingElseHolds) {
  { const Array freed({8, 6}); }
  const bool keeps_freed_memory = array_memory().cached > 0;  // not under AddressSanitizer
  const Dataset data = numbered(64);
  DataLoader loader(data, options_of(8, true));
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  const float* first = batch.images.value().data();
  const std::uint64_t blocks = array_memory().blocks_in_use;
  ASSERT_TRUE(loader.next(batch));
  EXPECT_EQ(array_memory().blocks_in_use, blocks);
  EXPECT_TRUE(!keeps_freed_memory || batch.images.value().data() == first);
}

TEST(DataLoader, LeavesABatchThatIsStillHeldAlone) {
  const Dataset data = numbered(64);
  DataLoader loader(data, options_of(8, false));
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  const Tensor same_tensor = batch.images;
  ASSERT_TRUE(loader.next(batch));
  const Array same_memory = batch.images.value();
  ASSERT_TRUE(loader.next(batch));
  EXPECT_EQ(same_tensor.at({0, 0}), 0.0f);
  EXPECT_NEAR(same_memory.at({0, 0}), 8, 1e-5);  // kPlain's rounding
  EXPECT_FALSE(same_tensor.value().shares_memory_with(batch.images.value()));
}

TEST(DataLoader, RefusesWhatGivesNoBatches) {
  const Dataset data = numbered(5), empty = numbered(0);
  EXPECT_THAT(message_of([&] { DataLoader(empty, options_of(2, true)); }), HasSubstr("no images"));
  EXPECT_THAT(message_of([&] { DataLoader(data, options_of(0, true)); }), HasSubstr("batch size 0"));
  EXPECT_THAT(message_of([&] { DataLoader(data, options_of(6, true, true)); }), HasSubstr("nothing remains"));
  Dataset cut = numbered(5);
  cut.pixels.pop_back();
  EXPECT_THAT(message_of([&] { DataLoader(cut, options_of(2, true)); }), HasSubstr("29 pixels are not 5 images of 6"));
}

TEST(DataLoader, RefusesToStartOutsideAnEpoch) {
  const Dataset data = numbered(5);
  DataLoader loader(data, options_of(2, true));
  EXPECT_THAT(message_of([&] { loader.start(0, 4); }), HasSubstr("an epoch has 3 batches"));
  EXPECT_THROW(loader.start(-1), Error);
  EXPECT_THROW(loader.start(0, -1), Error);
}

TEST(MakeBatch, TakesARangeInOrder) {
  const Dataset data = numbered(25);
  const Batch batch = make_batch(data, 20, 5, kPlain);
  EXPECT_EQ(numbers(batch), (std::vector{20, 21, 22, 23, 24}));
  EXPECT_EQ(batch.labels, (Labels{0, 1, 2, 3, 4}));
  EXPECT_EQ(make_batch(data, 25, 0, kPlain).images.shape(), (Shape{0, 6}));
  EXPECT_THAT(message_of([&] { make_batch(data, 20, 6, kPlain); }),
              HasSubstr("images 20 to 26 of numbered: there are 25"));
  EXPECT_THROW(make_batch(data, -1, 2, kPlain), Error);
  EXPECT_THROW(make_batch(data, 1, -1, kPlain), Error);
}

}  // namespace
}  // namespace tinytorch
