#pragma once
#include "tinytorch/data/dataset.h"
#include "tinytorch/tensor/tensor.h"

namespace tinytorch {

struct Batch {
  Tensor images;  ///< (batch, height * width), normalised
  Labels labels;
};

struct LoaderOptions {
  std::int64_t batch_size = 64;
  bool shuffle = true;
  bool drop_last = false;  ///< leave out a last batch that is not full
  std::uint64_t seed = 1;
  Normalization normalization;
};

/// Batches of a data set, in an order that depends on seed and epoch alone. So any batch of any epoch can be returned
/// to by its numbers, which is all that a checkpoint has to keep.
class DataLoader {
 public:
  /// The data set must outlive the loader. @throws Error on an empty data set or a batch size below 1.
  DataLoader(const Dataset& data, LoaderOptions options);

  std::int64_t batches() const;  ///< per epoch
  const Dataset& dataset() const { return data_; }
  const LoaderOptions& options() const { return options_; }

  /// Goes to a batch of an epoch; both count from 0.
  void start(std::int64_t epoch, std::int64_t batch = 0);
  std::int64_t epoch() const { return epoch_; }
  std::int64_t position() const { return next_; }  ///< number of the batch that next() gives

  /// Fills `batch` with the next one, reusing its memory if nothing else holds it.
  /// @returns false at the end of the epoch.
  /// Exercise: exercises/07_data/data_loader.cpp
  bool next(Batch& batch);

 private:
  const Dataset& data_;
  LoaderOptions options_;
  std::vector<std::int64_t> order_;
  std::int64_t epoch_ = 0, next_ = 0;
};

/// Images [first, first + count) in their own order.
Batch make_batch(const Dataset& data, std::int64_t first, std::int64_t count, const Normalization& normalization);

}  // namespace tinytorch
