#include "tinytorch/base/error.h"
#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/sequential.h"
#include "tinytorch/quant/pipeline.h"

using namespace tinytorch;

/// w1, b1, w2, b2, scheme, per_tensor, observer, samples (or none), x -> y of the quantized Linear, ReLU, Linear; what
/// it is afterwards; and from the report: layers, samples, SQNR of the output, each layer's input as the observer saw
/// it (seen) and as the codes cover it (calibrated), rows of (low, high).
TT_SCENARIO(convert) {
  Sequential model({std::make_shared<Linear>(Tensor(in.array("w1")), Tensor(in.array("b1"))), std::make_shared<ReLU>(),
                    std::make_shared<Linear>(Tensor(in.array("w2")), Tensor(in.array("b2")))});
  QuantConfig config;
  config.scheme = parse_quant_scheme(in.text("scheme"));
  config.per_channel = !in.has("per_tensor");
  config.chain = false;  // integers between layers are the next module
  if (in.has("observer")) config.observer.kind = parse_observer(in.text("observer"));
  if (in.has("percentile")) config.observer.percentile = in.number("percentile");
  const QuantReport report = quantize_model(model, in.has("samples") ? Tensor(in.array("samples")) : Tensor(), config);
  out.set("y", model.forward(Tensor(in.array("x"))).value());
  out.set("model", model.describe());
  out.set("layers", static_cast<std::int64_t>(report.layers.size()));
  out.set("samples", report.calibration_samples);
  out.set("output_sqnr", report.output_sqnr);
  Array seen({static_cast<std::int64_t>(report.layers.size()), 2}), calibrated(seen.shape());
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    seen.data()[2 * i] = report.layers[i].seen.low;
    seen.data()[2 * i + 1] = report.layers[i].seen.high;
    calibrated.data()[2 * i] = report.layers[i].calibrated.low;
    calibrated.data()[2 * i + 1] = report.layers[i].calibrated.high;
  }
  out.set("seen", seen);
  out.set("calibrated", calibrated);
}

/// Static without samples -> what the Error says (or nothing: there was none), and the model afterwards.
TT_SCENARIO(without_samples) {
  Rng rng(1);
  Sequential model({std::make_shared<Linear>(2, 2, rng), std::make_shared<ReLU>()});
  QuantConfig config;
  config.scheme = QuantScheme::static_;
  std::string says;
  try {
    quantize_model(model, Tensor(), config);
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error& error) {
    says = error.what();
  }
  out.set("says", says);
  out.set("model", model.describe());
}

/// An architecture without a Linear, or a model that is quantized already.
TT_SCENARIO(refusal) {
  Rng rng(1);
  Sequential model = in.has("twice") ? Sequential(Linear(2, 2, rng)) : Sequential(ReLU());
  if (in.has("twice")) quantize_model(model, Tensor());
  quantize_model(model, Tensor());
  out.set("model", model.describe());
}
