#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/layers.h"
#include "tinytorch/train/trainer.h"

using namespace tinytorch;

/// A linear layer without bias and SGD, on images 1 pixel high in file order, from batch "batch" on. With callbacks the
/// one before a batch takes the next of the learning rates, the one after it says stop at its call number "stop_after".
/// Out: what the callbacks saw (images so far), and how it ended.
TT_SCENARIO(epoch) {
  const std::vector<std::int64_t> pixels = in.integers("pixels"), labels = in.integers("labels");
  const Array weight = in.array("weight").clone();
  const Dataset data{"given",
                     1,
                     in.shape("pixels").at(1),
                     weight.dim(0),
                     {pixels.begin(), pixels.end()},
                     {labels.begin(), labels.end()}};
  DataLoader loader(data, {.batch_size = in.integer("batch_size"), .shuffle = false, .normalization = {}});
  loader.start(0, in.integer("batch"));
  Tensor w(weight, true);
  Linear layer(w, Tensor());
  SGD sgd(layer.parameters(), {.lr = static_cast<float>(in.number("lr"))});
  Progress progress;
  std::vector<std::int64_t> before, after;
  bool completed = false;
  if (in.flag("callbacks")) {
    const Array rates = in.array("rates");
    completed = train_epoch(
        layer, sgd, loader, {}, progress,
        [&] {
          if (std::ssize(before) < rates.size()) sgd.set_lr(rates.data()[before.size()]);
          before.push_back(progress.images);
        },
        [&] {
          after.push_back(progress.images);
          return std::ssize(after) != in.integer("stop_after");
        });
  } else {
    completed = train_epoch(layer, sgd, loader, {}, progress);
  }
  out.set("completed", completed).set_integers("before", before).set_integers("after", after);
  out.set("images", progress.images).set("position", loader.position()).set("weight", w.value());
}
