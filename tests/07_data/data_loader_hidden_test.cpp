#include <algorithm>
#include <numeric>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

// A product of scale and pixel and a sum, each rounded; results below 8.
constexpr double kRounding = 2e-6;

struct Images {
  std::int64_t count, width;
  std::vector<std::int64_t> pixels, labels;
};

Images random_images(Rng& rng, std::int64_t count, std::int64_t width) {
  Images images{count, width, {}, {}};
  for (std::int64_t i = 0; i < count * width; ++i) images.pixels.push_back(between(rng, 0, 255));
  for (std::int64_t i = 0; i < count; ++i) images.labels.push_back(between(rng, 0, 9));
  return images;
}

/// What start(epoch) puts into order_: seed and epoch choose a stream of their own ("data" in ASCII, and the epoch
/// below).
std::vector<std::int64_t> order_of(std::int64_t count, std::int64_t seed, std::int64_t epoch, bool shuffle) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  const std::uint64_t stream = (std::uint64_t{0x64617461} << 32) + static_cast<std::uint64_t>(epoch);
  if (shuffle) Rng(static_cast<std::uint64_t>(seed), stream).shuffle(order);
  return order;
}

Trial loader(const char* scenario, const Images& images, std::int64_t batch_size, std::int64_t seed, float mean,
             float deviation, bool shuffle, bool drop_last) {
  Trial trial(scenario);
  trial.give_integers("pixels", images.pixels, {images.count, images.width}).give_integers("labels", images.labels);
  trial.give("batch_size", batch_size)
      .give("seed", seed)
      .give("mean", double{mean})
      .give("deviation", double{deviation});
  trial.give("shuffle", shuffle).give("drop_last", drop_last);
  return trial;
}

void judge_epoch(Rng& rng, const Images& images, std::int64_t batch_size, bool shuffle, bool drop_last,
                 std::int64_t first_batch) {
  const std::int64_t seed = between(rng, 1, 1'000'000), epoch = between(rng, 0, 20);
  const float mean = rng.uniform(0.1f, 0.5f), deviation = rng.uniform(0.2f, 0.5f);
  const std::vector<std::int64_t> order = order_of(images.count, seed, epoch, shuffle);
  const std::int64_t end = drop_last ? images.count / batch_size * batch_size : images.count;
  std::vector<std::int64_t> sizes, labels;
  std::vector<float> pixels;
  for (std::int64_t at = first_batch * batch_size; at < end; at += batch_size) {
    sizes.push_back(std::min(batch_size, end - at));
    for (std::int64_t i = at; i < at + sizes.back(); ++i) {
      const std::int64_t image = order[static_cast<std::size_t>(i)];
      labels.push_back(images.labels[static_cast<std::size_t>(image)]);
      for (std::int64_t x = 0; x < images.width; ++x) {
        const auto pixel = static_cast<double>(images.pixels[static_cast<std::size_t>(image * images.width + x)]);
        pixels.push_back(static_cast<float>((pixel / 255 - mean) / deviation));
      }
    }
  }
  Trial trial = loader("epoch", images, batch_size, seed, mean, deviation, shuffle, drop_last);
  trial.give("epoch", epoch).give("batch", first_batch).run();
  trial.expect_integers("batch_sizes", sizes);
  trial.expect_integers("labels", labels);
  trial.expect_array("images", Array({std::ssize(pixels)}, pixels), kRounding);
  trial.expect_integer("refusals", 2);
}

}  // namespace

TEST(DataLoader, FollowsTheOrderOfSeedAndEpoch) {
  Rng rng = rng_of_this_test();
  for (const bool shuffle : {false, true}) {
    for (const bool drop_last : {false, true}) {
      const std::int64_t batch_size = between(rng, 2, 8);
      const std::int64_t count = batch_size * between(rng, 3, 9) + between(rng, 0, batch_size - 1);
      judge_epoch(rng, random_images(rng, count, between(rng, 1, 12)), batch_size, shuffle, drop_last, 0);
    }
  }
}

TEST(DataLoader, ContinuesAtAnyBatch) {
  Rng rng = rng_of_this_test();
  const std::int64_t batch_size = between(rng, 2, 8), batches = between(rng, 3, 9);
  const Images images = random_images(rng, batch_size * (batches - 1) + between(rng, 1, batch_size), 3);
  judge_epoch(rng, images, batch_size, true, false, between(rng, 1, batches - 2));
  judge_epoch(rng, images, batch_size, true, false, batches - 1);
  judge_epoch(rng, images, batch_size, true, false, batches);
}

TEST(DataLoader, LeavesABatchThatIsStillHeld) {
  Rng rng = rng_of_this_test();
  const std::int64_t batch_size = between(rng, 2, 8), width = between(rng, 1, 12);
  const Images images = random_images(rng, batch_size * 3, width);
  Trial trial = loader("held", images, batch_size, 1, 0, 1, false, false);
  trial.run();
  Array first({batch_size, width}), second({batch_size, width});
  for (std::int64_t i = 0; i < first.size(); ++i) {
    first.data()[i] = static_cast<float>(images.pixels[static_cast<std::size_t>(i)]) / 255;
    second.data()[i] = static_cast<float>(images.pixels[static_cast<std::size_t>(first.size() + i)]) / 255;
  }
  trial.expect_array("before", first, kRounding);
  trial.expect_array("second", second, kRounding);
  trial.expect_array("after", first, kRounding);
}

TEST(DataLoader, ReusesMemoryThatNothingHolds) {
  Rng rng = rng_of_this_test();
  const std::int64_t batch_size = between(rng, 2, 8);
  Trial trial =
      loader("reuse", random_images(rng, batch_size * 2, between(rng, 10, 100)), batch_size, 1, 0, 1, false, false);
  trial.run();
  trial.expect(trial.integer("same_memory") == 1,
               "the second batch lies in other memory than the first, which nobody held any more");
}
