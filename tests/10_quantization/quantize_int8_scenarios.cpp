#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/quantize.h"

using namespace tinytorch;

/// r -> codes of its shape, scale, zero_point.
TT_SCENARIO(quantize) {
  const QuantizedTensor q = quantize_int8(Tensor(in.array("r")));
  out.set_integers("codes", std::vector<std::int64_t>(q.codes.values.begin(), q.codes.values.end()), q.codes.shape);
  out.set("scale", double{q.scale});
  out.set("zero_point", q.zero_point);
}

/// values, inverse_scale (1), zero_point, lowest, highest -> codes, one by one.
TT_SCENARIO(values) {
  std::vector<std::int64_t> codes;
  const Array values = in.array("values");
  for (const float r : values.values()) {
    codes.push_back(quantize_value(
        r, in.array("inverse_scale").item(), static_cast<std::int32_t>(in.integer("zero_point")),
        {static_cast<std::int32_t>(in.integer("lowest")), static_cast<std::int32_t>(in.integer("highest"))}));
  }
  out.set_integers("codes", codes);
}
