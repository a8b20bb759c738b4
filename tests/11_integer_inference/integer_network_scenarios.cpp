#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/integer_network.h"

using namespace tinytorch;
using tinytorch::course::Values;

namespace {

/// The network that a judgement describes, layer by layer: weights0 (out, in) codes, scales0 (out), bias0 (out) or
/// none, relu0, input_scale0 and input_zero0.
IntegerNetwork network_of(const Values& in) {
  std::vector<std::shared_ptr<QuantizedLinear>> layers;
  for (std::int64_t i = 0; i < in.integer("layers"); ++i) {
    const std::string at = std::to_string(i);
    QuantizedWeight weight;
    weight.codes.shape = in.shape("weights" + at);
    for (const std::int64_t code : in.integers("weights" + at))
      weight.codes.values.push_back(static_cast<std::int8_t>(code));
    const Array scales = in.array("scales" + at), bias = in.has("bias" + at) ? in.array("bias" + at) : Array();
    weight.scales.assign(scales.values().begin(), scales.values().end());
    const QParams input{static_cast<float>(in.number("input_scale" + at)),
                        static_cast<std::int32_t>(in.integer("input_zero" + at))};
    layers.push_back(std::make_shared<QuantizedLinear>(weight, bias, QuantConfig{.scheme = QuantScheme::static_},
                                                       in.flag("relu" + at), input));
  }
  return IntegerNetwork(layers);
}

}  // namespace

/// A network and x (batch, in) -> logits.
TT_SCENARIO(forward) { out.set("logits", network_of(in).forward(Tensor(in.array("x"))).value()); }

/// A network, pixels (batch, in), mean and standard_deviation -> logits.
TT_SCENARIO(forward_pixels) {
  IntegerNetwork network = network_of(in);
  network.set_pixel_input({static_cast<float>(in.number("mean")), static_cast<float>(in.number("standard_deviation"))});
  const std::vector<std::int64_t> values = in.integers("pixels");
  const std::vector<std::uint8_t> pixels(values.begin(), values.end());
  Array logits({in.shape("pixels")[0], network.out_features()}, 0.0f);
  network.forward_pixels(pixels.data(), logits.dim(0), logits.data());
  out.set("logits", logits);
}
