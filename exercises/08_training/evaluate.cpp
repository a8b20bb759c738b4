#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/train/trainer.h"

tinytorch::Evaluation tinytorch::evaluate(Module& model, const Dataset& data, const Normalization& normalization,
                                          std::int64_t batch_size) {
  if (data.size() == 0) throw Error("[evaluate] data set \"" + data.name + "\" is empty");
  if (batch_size < 1) throw Error("[evaluate] batch size " + std::to_string(batch_size) + " is below 1");
  // STEP 1: no history, and evaluation mode until this function is left, however it is left.
  // STEP 2: a table of [true class][predicted class].
  // STEP 3: go through the data in its own order; the last batch may be smaller.
  // STEP 4: add the batch to the sums, and each image to the table.
  TT_TODO("08.3 evaluate");
}
