#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/report/model_info.h"

using namespace tinytorch;

/// architecture -> bytes of a model that was never trained.
TT_SCENARIO(fresh) {
  Rng rng(1);
  out.set("bytes", model_bytes(*parse_architecture(in.text("architecture"), rng)));
}

/// architecture, in_features, out_features -> bytes after backward(), and after the gradients of the first `dropped`
/// parameters were dropped.
TT_SCENARIO(after_backward) {
  Rng rng(1);
  const auto model = parse_architecture(in.text("architecture"), rng);
  const Array x({2, in.integer("in_features")}, 1.0f), seed({2, in.integer("out_features")}, 1.0f);
  model->forward(Tensor(x)).backward(seed);
  std::vector<Tensor> parameters = model->parameters();
  for (std::int64_t i = 0; i < in.integer("dropped"); ++i) parameters[static_cast<std::size_t>(i)].zero_grad();
  out.set("bytes", model_bytes(*model));
}

/// One Linear(features, features) that stands twice in a Sequential, after backward() -> bytes.
TT_SCENARIO(shared) {
  Rng rng(1);
  const std::int64_t features = in.integer("features");
  const auto layer = std::make_shared<Linear>(features, features, rng);
  Sequential model(std::vector<ModulePtr>{layer, layer});
  model.forward(Tensor(Array({2, features}, 1.0f))).backward(Array({2, features}, 1.0f));
  out.set("bytes", model_bytes(model));
}
