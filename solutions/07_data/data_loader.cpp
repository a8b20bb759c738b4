#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/data/loader.h"
#include "tinytorch/kernels/pixels/pixels.h"

bool tinytorch::DataLoader::next(Batch& batch) {
  // BEGIN SOLUTION
  // STEP 1: batch number next_ takes the images order_[begin], …, order_[end - 1]. The last batch may be shorter.
  if (next_ >= batches()) return false;
  const std::int64_t begin = next_ * options_.batch_size;
  const std::int64_t end = std::min(begin + options_.batch_size, data_.size());
  // STEP 2: let go of the last batch before asking for memory: if nothing else holds it, the same memory comes back.
  batch.images = Tensor();
  Array images({end - begin, data_.features()});
  batch.labels.resize(static_cast<std::size_t>(end - begin));
  // STEP 3: normalise each image straight into its row (kernels::normalize_pixels), and copy its label.
  for (std::int64_t row = 0; row < end - begin; ++row) {
    const std::int64_t index = order_[static_cast<std::size_t>(begin + row)];
    kernels::normalize_pixels(data_.image(index).data(), data_.features(), options_.normalization.scale(),
                              options_.normalization.shift(), images.data() + row * data_.features());
    batch.labels[static_cast<std::size_t>(row)] = data_.labels[static_cast<std::size_t>(index)];
  }
  batch.images = Tensor(std::move(images));
  ++next_;
  return true;
  // END SOLUTION
}
