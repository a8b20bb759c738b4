#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/quantized_linear.h"

using namespace tinytorch;

namespace {

Linear float_layer(const course::Values& in) {
  return Linear(Tensor(in.array("weight")), in.has("bias") ? Tensor(in.array("bias")) : Tensor());
}

QuantizedLinear quantized_layer(const course::Values& in, const Linear& linear) {
  QuantConfig config;
  config.scheme = parse_quant_scheme(in.text("scheme"));
  config.per_channel = !in.has("per_tensor");
  QuantizedLinear layer(linear, config, in.has("relu"));
  if (in.has("input_scale")) {
    layer.set_input_qparams(
        {in.array("input_scale").item(), static_cast<std::int32_t>(in.integer("input_zero_point"))});
  }
  return layer;
}

}  // namespace

/// weight, bias (or none), scheme, per_tensor, relu, input_scale and input_zero_point (or none: not calibrated), x ->
/// y, and how many inputs were seen and clipped.
TT_SCENARIO(forward) {
  QuantizedLinear layer = quantized_layer(in, float_layer(in));
  out.set("y", layer.forward(Tensor(in.array("x"))).value());
  out.set("seen", layer.inputs_seen());
  out.set("clipped", layer.clipped());
}

/// The same layer, asked twice: first for x_before, then for x.
TT_SCENARIO(forward_again) {
  QuantizedLinear layer = quantized_layer(in, float_layer(in));
  layer.forward(Tensor(in.array("x_before")));
  out.set("y", layer.forward(Tensor(in.array("x"))).value());
}

/// As forward, but the layer's weights are packed as for an instruction that reads many codes at a time: a row of codes
/// has `padding` bytes behind it.
TT_SCENARIO(padded) {
  QuantizedLinear layer = quantized_layer(in, float_layer(in));
  const_cast<kernels::PackedWeights&>(layer.packed()).k_padded += in.integer("padding");
  out.set("y", layer.forward(Tensor(in.array("x"))).value());
}

/// The float layer's bias changes after the quantized one was made.
TT_SCENARIO(later_change) {
  const Linear linear = float_layer(in);
  QuantizedLinear layer = quantized_layer(in, linear);
  Tensor bias = linear.bias();
  for (float& b : bias.mutable_value().values()) b += 100;
  out.set("y", layer.forward(Tensor(in.array("x"))).value());
}
