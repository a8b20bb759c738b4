#include <algorithm>

#include "tinytorch/base/error.h"
#include "tinytorch/train/trainer.h"

tinytorch::Evaluation tinytorch::evaluate(Module& model, const Dataset& data, const Normalization& normalization,
                                          std::int64_t batch_size) {
  if (data.size() == 0) throw Error("[evaluate] data set \"" + data.name + "\" is empty");
  if (batch_size < 1) throw Error("[evaluate] batch size " + std::to_string(batch_size) + " is below 1");
  // BEGIN SOLUTION
  // STEP 1: no history, and evaluation mode until this function is left, however it is left.
  const NoGrad no_grad;
  const EvaluationMode mode(model);
  // STEP 2: a table of [true class][predicted class].
  Evaluation result;
  const auto classes = static_cast<std::size_t>(data.classes);
  result.confusion.assign(classes, std::vector<std::int64_t>(classes, 0));
  // STEP 3: go through the data in its own order; the last batch may be smaller.
  for (std::int64_t first = 0; first < data.size(); first += batch_size) {
    const std::int64_t count = std::min(batch_size, data.size() - first);
    const Batch batch = make_batch(data, first, count, normalization);
    const Array logits = model(batch.images).value();
    if (logits.shape() != Shape{count, data.classes}) {
      throw Error("[evaluate] the model gave " + to_string(logits.shape()) + " where " +
                  to_string(Shape{count, data.classes}) + " is needed: (images, classes)");
    }
    // STEP 4: add the batch to the sums, and each image to the table.
    result.total.loss_sum += cross_entropy(Tensor(logits), batch.labels).item() * static_cast<double>(count);
    for (std::int64_t row = 0; row < count; ++row) {
      const auto label = static_cast<std::size_t>(batch.labels[static_cast<std::size_t>(row)]);
      const auto predicted = static_cast<std::size_t>(predicted_class(logits, row));
      ++result.confusion[label][predicted];
      result.total.correct += label == predicted;
    }
    result.total.images += count;
  }
  return result;
  // END SOLUTION
}
