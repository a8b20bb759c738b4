#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

using namespace tinytorch;

/// sums (n), offset (n) or none, multiplier (n), zero_point, relu -> codes (n), and `behind`: two bytes that stand
/// behind them and held 77.
TT_SCENARIO(row) {
  const auto to_int32 = [](const std::vector<std::int64_t>& values) {
    return std::vector<std::int32_t>(values.begin(), values.end());
  };
  const std::vector<std::int32_t> sums = to_int32(in.integers("sums"));
  const std::vector<std::int32_t> offset =
      in.has("offset") ? to_int32(in.integers("offset")) : std::vector<std::int32_t>();
  const Array multiplier = in.array("multiplier");
  std::vector<std::uint8_t> codes(sums.size() + 2, 77);
  kernels::fused_relu(static_cast<std::int64_t>(sums.size()), sums.data(), in.has("offset") ? offset.data() : nullptr,
                      multiplier.data(), static_cast<std::int32_t>(in.integer("zero_point")), in.flag("relu"),
                      codes.data());
  out.set_integers("codes", std::vector<std::int64_t>(codes.begin(), codes.end() - 2));
  out.set_integers("behind", std::vector<std::int64_t>(codes.end() - 2, codes.end()));
}
