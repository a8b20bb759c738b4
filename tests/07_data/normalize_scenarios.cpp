#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/data/dataset.h"
#include "tinytorch/kernels/pixels/pixels.h"

using namespace tinytorch;

namespace {

std::vector<std::uint8_t> bytes_of(const std::vector<std::int64_t>& integers) {
  return {integers.begin(), integers.end()};
}

}  // namespace

/// A data set of images 1 pixel high: the pixels, repeated "repeat" times.
TT_SCENARIO(measure) {
  const std::vector<std::uint8_t> pixels = bytes_of(in.integers("pixels"));
  Dataset data{"measured", 1, std::ssize(pixels), 10, {}, {}};
  for (std::int64_t i = 0; i < in.integer("repeat"); ++i) {
    data.pixels.insert(data.pixels.end(), pixels.begin(), pixels.end());
    data.labels.push_back(0);
  }
  const Normalization normalization = measure_normalization(data);
  out.set("mean", double{normalization.mean}).set("standard_deviation", double{normalization.standard_deviation});
}

/// The first "count" of the pixels as floats, in memory for all of them that was -7 before.
TT_SCENARIO(pixels) {
  const std::vector<std::uint8_t> pixels = bytes_of(in.integers("pixels"));
  Array result({std::ssize(pixels)}, -7.0f);
  kernels::normalize_pixels_generic(pixels.data(), in.integer("count"), static_cast<float>(in.number("scale")),
                                    static_cast<float>(in.number("shift")), result.data());
  out.set("out", result);
}
