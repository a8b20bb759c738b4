#include "tinytorch/data/loader.h"

#include <numeric>

#include "tinytorch/base/error.h"
#include "tinytorch/kernels/pixels/pixels.h"

namespace tinytorch {
namespace {

// Streams of the seed that nothing else draws from: "data" in ASCII, and the epoch below.
constexpr std::uint64_t kShuffleStream = std::uint64_t{0x64617461} << 32;

}  // namespace

DataLoader::DataLoader(const Dataset& data, LoaderOptions options) : data_(data), options_(options) {
  const auto fail = [&](const std::string& what) { throw Error("[loader] " + data.name + ": " + what); };
  if (data.size() == 0) fail("no images");
  if (data.pixels.size() != data.labels.size() * static_cast<std::size_t>(data.features())) {
    fail(std::to_string(data.pixels.size()) + " pixels are not " + std::to_string(data.size()) + " images of " +
         std::to_string(data.features()));
  }
  if (options.batch_size < 1) fail("batch size " + std::to_string(options.batch_size) + ": at least 1 is needed");
  if (batches() == 0) {
    fail("batch size " + std::to_string(options.batch_size) + " is more than its " + std::to_string(data.size()) +
         " images, and drop_last leaves out a batch that is not full: nothing remains");
  }
  start(0);
}

std::int64_t DataLoader::batches() const {
  const std::int64_t full = data_.size() / options_.batch_size;
  return full + (!options_.drop_last && data_.size() % options_.batch_size != 0 ? 1 : 0);
}

void DataLoader::start(std::int64_t epoch, std::int64_t batch) {
  if (epoch < 0 || batch < 0 || batch > batches()) {
    throw Error("[loader] epoch " + std::to_string(epoch) + ", batch " + std::to_string(batch) +
                ": epochs count from 0, " + "and an epoch has " + std::to_string(batches()) + " batches");
  }
  order_.resize(static_cast<std::size_t>(data_.size()));
  std::iota(order_.begin(), order_.end(),
            0);  // every epoch starts from the same order, so none depends on the one before
  if (options_.shuffle) Rng(options_.seed, kShuffleStream + static_cast<std::uint64_t>(epoch)).shuffle(order_);
  epoch_ = epoch;
  next_ = batch;
}

Batch make_batch(const Dataset& data, std::int64_t first, std::int64_t count, const Normalization& normalization) {
  if (first < 0 || count < 0 || first > data.size() || count > data.size() - first) {
    throw Error("[make_batch] images " + std::to_string(first) + " to " + std::to_string(first + count) + " of " +
                data.name + ": there are " + std::to_string(data.size()));
  }
  Array images({count, data.features()});
  kernels::normalize_pixels(data.pixels.data() + first * data.features(), images.size(), normalization.scale(),
                            normalization.shift(), images.data());
  const auto label = data.labels.begin() + first;
  return {Tensor(std::move(images)), Labels(label, label + count)};
}

}  // namespace tinytorch
