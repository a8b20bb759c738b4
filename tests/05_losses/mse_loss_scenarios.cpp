#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/losses.h"

using namespace tinytorch;

/// prediction, target -> loss.
TT_SCENARIO(forward) { out.set("loss", mse_loss(Tensor(in.array("prediction")), Tensor(in.array("target"))).value()); }

/// prediction, target -> loss, and its gradient by the prediction.
TT_SCENARIO(forward_and_gradient) {
  const Tensor prediction(in.array("prediction"), true);
  const Tensor loss = mse_loss(prediction, Tensor(in.array("target")));
  out.set("loss", loss.value());
  loss.backward();
  out.set("dprediction", prediction.grad());
}
