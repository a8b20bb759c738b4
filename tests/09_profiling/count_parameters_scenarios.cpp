#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/report/model_info.h"

using namespace tinytorch;

/// architecture, as describe() writes it -> parameters.
TT_SCENARIO(count) {
  Rng rng(1);
  out.set("parameters", count_parameters(*parse_architecture(in.text("architecture"), rng)));
}

/// One Linear(features, features) that stands `times` times in a Sequential -> parameters.
TT_SCENARIO(count_shared) {
  Rng rng(1);
  const auto layer = std::make_shared<Linear>(in.integer("features"), in.integer("features"), rng);
  const std::vector<ModulePtr> modules(static_cast<std::size_t>(in.integer("times")), layer);
  out.set("parameters", count_parameters(Sequential(modules)));
}
