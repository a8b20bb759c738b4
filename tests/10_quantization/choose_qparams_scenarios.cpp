#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/qparams.h"

using namespace tinytorch;

/// ranges (n, 2), symmetric, lowest, highest -> scales (n) and zero_points (n).
TT_SCENARIO(choose) {
  const Array ranges = in.array("ranges");
  const Symmetry symmetry = in.flag("symmetric") ? Symmetry::symmetric : Symmetry::asymmetric;
  const CodeRange codes{static_cast<std::int32_t>(in.integer("lowest")),
                        static_cast<std::int32_t>(in.integer("highest"))};
  Array scales({ranges.dim(0)});
  std::vector<std::int64_t> zero_points;
  for (std::int64_t i = 0; i < ranges.dim(0); ++i) {
    const QParams q = choose_qparams(ranges.data()[2 * i], ranges.data()[2 * i + 1], symmetry, codes);
    scales.data()[i] = q.scale;
    zero_points.push_back(q.zero_point);
  }
  out.set("scales", scales);
  out.set_integers("zero_points", zero_points);
}

/// weight, highest -> one scale and zero point for each channel, codes from -highest to highest.
TT_SCENARIO(per_channel) {
  const auto highest = static_cast<std::int32_t>(in.integer("highest"));
  const std::vector<QParams> channels = choose_qparams_per_channel(in.array("weight"), {-highest, highest});
  Array scales({static_cast<std::int64_t>(channels.size())});
  std::vector<std::int64_t> zero_points;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    scales.data()[i] = channels[i].scale;
    zero_points.push_back(channels[i].zero_point);
  }
  out.set("scales", scales);
  out.set_integers("zero_points", zero_points);
}
