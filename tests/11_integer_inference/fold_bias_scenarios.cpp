#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/integer_network.h"

using namespace tinytorch;

/// bias (channels) or none, input_scale, weight_scales (channels), terms -> folded.
TT_SCENARIO(fold) {
  const Array bias = in.has("bias") ? in.array("bias") : Array(), scales = in.array("weight_scales");
  const std::vector<std::int32_t> folded =
      fold_bias(bias, static_cast<float>(in.number("input_scale")), scales.values(), in.integer("terms"));
  out.set_integers("folded", std::vector<std::int64_t>(folded.begin(), folded.end()));
}
