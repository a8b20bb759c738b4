#include "tinytorch/course/worker/scenario.h"
#include "tinytorch/quant/observer.h"

using namespace tinytorch;

/// A histogram (from, to, counts: an even number of them) and a percentile -> low and high of the range.
TT_SCENARIO(range) {
  const std::vector<std::int64_t> counts = in.integers("counts");
  Histogram histogram(static_cast<int>(counts.size()));
  histogram.low = in.number("from");
  histogram.high = in.number("to");
  histogram.counts = counts;
  const Range range = percentile_range(histogram, in.number("percentile"));
  out.set("low", static_cast<double>(range.low)).set("high", static_cast<double>(range.high));
}
