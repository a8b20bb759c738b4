// Trains a small network on generated handwritten digits and prints how many unseen ones it recognises.
#include <tinytorch/tinytorch.h>

#include <cstdio>

using namespace tinytorch;

int main() {
  // 10,000 images to learn from and 1,000 others to test on, 28×28 pixels each, drawn from seed 1.
  const Dataset train = draw_digits(10000, 1, 0);
  const Dataset test = draw_digits(1000, 1, 1);
  const Normalization normalization = measure_normalization(train);

  Rng rng(1);  // whatever is random takes its generator: the same seed gives the same weights
  Sequential model(Linear(784, 64, rng), ReLU(), Linear(64, 10, rng));
  Adam optimizer(model.parameters(), {.lr = 2e-3f});
  DataLoader loader(train, {.batch_size = 64, .seed = 1, .normalization = normalization});

  // Trainer has this loop ready, with schedules, validation and checkpoints; here it is by hand.
  Batch batch;
  for (int epoch = 0; epoch < 5; ++epoch) {
    double loss_sum = 0;
    loader.start(epoch);
    while (loader.next(batch)) {
      optimizer.zero_grad();
      const Tensor loss = cross_entropy(model(batch.images), batch.labels);
      loss.backward();
      optimizer.step();
      loss_sum += loss.item();
    }
    std::printf("epoch %d  loss %.4f\n", epoch + 1, loss_sum / static_cast<double>(loader.batches()));
  }

  const Evaluation result = evaluate(model, test, normalization);
  std::printf("accuracy %.1f %% of %ld test images\n", 100 * result.total.accuracy(), test.size());
}
