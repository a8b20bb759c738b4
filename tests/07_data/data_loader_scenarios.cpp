#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/data/loader.h"

using namespace tinytorch;

namespace {

/// Images 1 pixel high, "pixels" of shape (images, width).
Dataset dataset_of(const course::Values& in) {
  const std::vector<std::int64_t> pixels = in.integers("pixels"), labels = in.integers("labels");
  return {"given", 1, in.shape("pixels").at(1), 256, {pixels.begin(), pixels.end()}, {labels.begin(), labels.end()}};
}

LoaderOptions options_of(const course::Values& in) {
  return {.batch_size = in.integer("batch_size"),
          .shuffle = in.flag("shuffle"),
          .drop_last = in.flag("drop_last"),
          .seed = static_cast<std::uint64_t>(in.integer("seed")),
          .normalization = {static_cast<float>(in.number("mean")), static_cast<float>(in.number("deviation"))}};
}

}  // namespace

/// An epoch from a batch on, its batches one below the other, until next() has returned false twice.
TT_SCENARIO(epoch) {
  const Dataset data = dataset_of(in);
  DataLoader loader(data, options_of(in));
  loader.start(in.integer("epoch"), in.integer("batch"));
  std::vector<float> images;
  std::vector<std::int64_t> labels, sizes, widths;
  std::int64_t refusals = 0;
  Batch batch;
  for (std::int64_t call = 0; call < loader.batches() + 3 && refusals < 2; ++call) {
    if (!loader.next(batch)) {
      ++refusals;
      continue;
    }
    sizes.push_back(batch.images.dim(0));
    widths.push_back(batch.images.dim(-1));
    images.insert(images.end(), batch.images.value().values().begin(), batch.images.value().values().end());
    labels.insert(labels.end(), batch.labels.begin(), batch.labels.end());
  }
  out.set("images", Array({std::ssize(images)}, images));
  out.set_integers("labels", labels).set_integers("batch_sizes", sizes).set_integers("widths", widths);
  out.set("refusals", refusals).set("position", loader.position());
}

/// Two batches while the first is held: what the first looked like before and looks like after.
TT_SCENARIO(held) {
  const Dataset data = dataset_of(in);
  DataLoader loader(data, options_of(in));
  Batch batch;
  loader.next(batch);
  const Tensor held = batch.images;
  out.set("before", held.value().clone());
  loader.next(batch);
  out.set("after", held.value()).set("second", batch.images.value());
}

/// Whether the second batch lies where the first did, if this build gives freed memory out again.
TT_SCENARIO(reuse) {
  { const Array freed({64}); }
  const bool pool = array_memory().cached > 0;
  const Dataset data = dataset_of(in);
  DataLoader loader(data, options_of(in));
  Batch batch;
  loader.next(batch);
  const float* first = batch.images.value().data();
  loader.next(batch);
  out.set("same_memory", !pool || batch.images.value().data() == first);
}
