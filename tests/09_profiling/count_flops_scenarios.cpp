#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/report/model_info.h"

using namespace tinytorch;

/// architecture, batch -> flops.
TT_SCENARIO(count) {
  Rng rng(1);
  out.set("flops", count_flops(*parse_architecture(in.text("architecture"), rng), in.integer("batch")));
}

/// A Linear(features, features) by itself, not in a Sequential -> flops.
TT_SCENARIO(count_one_layer) {
  Rng rng(1);
  out.set("flops", count_flops(Linear(in.integer("features"), in.integer("features"), rng), in.integer("batch")));
}

/// The same layer `times` times in a Sequential -> flops.
TT_SCENARIO(count_shared) {
  Rng rng(1);
  const auto layer = std::make_shared<Linear>(in.integer("features"), in.integer("features"), rng);
  const std::vector<ModulePtr> modules(static_cast<std::size_t>(in.integer("times")), layer);
  out.set("flops", count_flops(Sequential(modules), in.integer("batch")));
}
