#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/nn/sequential.h"
#include "tinytorch/quant/pipeline.h"

using namespace tinytorch;

/// weight, observer, percentile, samples -> scale and zero_point of the input.
TT_SCENARIO(layer) {
  QuantConfig config;
  config.scheme = QuantScheme::static_;
  config.observer.kind = parse_observer(in.text("observer"));
  if (in.has("percentile")) config.observer.percentile = in.number("percentile");
  QuantizedLinear layer(Linear(Tensor(in.array("weight")), Tensor()), config);
  layer.calibrate(Tensor(in.array("samples")));
  out.set("calibrated", layer.input_qparams().has_value());
  if (layer.input_qparams()) {
    out.set("scale", double{layer.input_qparams()->scale});
    out.set("zero_point", layer.input_qparams()->zero_point);
  }
}

/// w1, w2, samples (or none), dropout -> what the observers before Linear(w1), ReLU, Dropout, Linear(w2) saw: ranges
/// (2, 2) and counts (2); the samples counted, the numbers that progress was called with, whether the model trains
/// afterwards.
TT_SCENARIO(model) {
  Rng rng(1);
  Sequential model({std::make_shared<Linear>(Tensor(in.array("w1")), Tensor()), std::make_shared<ReLU>(),
                    std::make_shared<Dropout>(static_cast<float>(in.number("dropout")), rng),
                    std::make_shared<Linear>(Tensor(in.array("w2")), Tensor())});
  model.set_training(true);
  Calibration calibration = prepare(model, {});
  std::vector<std::int64_t> progress;
  const Tensor samples = in.has("samples") ? Tensor(in.array("samples")) : Tensor();
  if (in.has("quietly")) {
    calibrate(model, calibration, samples);
  } else {
    calibrate(model, calibration, samples, [&progress](std::int64_t done) { progress.push_back(done); });
  }
  Array ranges({2, 2});
  std::vector<std::int64_t> counts;
  for (std::size_t i = 0; i < 2; ++i) {
    const Range seen = calibration.observers.at(i)->seen();
    ranges.data()[2 * i] = seen.low;
    ranges.data()[2 * i + 1] = seen.high;
    counts.push_back(calibration.observers[i]->count());
  }
  out.set("ranges", ranges);
  out.set_integers("counts", counts);
  out.set("samples", calibration.samples);
  out.set_integers("progress", progress);
  out.set("training", model.training());
}
