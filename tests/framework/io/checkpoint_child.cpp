#include <cstdio>
#include <cstdlib>

#include "tests/framework/io/training_run.h"

/// checkpoint_child FILE OPTIMIZER EPOCHS: trains from the checkpoint in FILE, or from the beginning if there is none,
/// writes a checkpoint every second batch, and one at the end. Made to be killed.
int main(int argc, char** argv) {
  using namespace tinytorch;
  if (argc != 4) return 2;
  const std::filesystem::path path = argv[1];
  try {
    TrainingConfig config = testing::example_config(argv[2]);
    config.trainer.epochs = std::atoi(argv[3]);
    config.trainer.patience = 0;
    testing::TrainingRun run(config);
    if (std::filesystem::exists(path)) run.restore(read_safetensors(path));
    std::int64_t batches = 0;
    run.trainer.on_batch = [&](const TrainerState&, const Progress&) {
      if (++batches % 2 == 0) write_safetensors(path, run.checkpoint());
      return Continue::yes;
    };
    run.trainer.fit();
    write_safetensors(path, run.checkpoint());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
