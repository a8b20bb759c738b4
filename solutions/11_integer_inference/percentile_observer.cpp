#include <algorithm>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/observer.h"

tinytorch::Range tinytorch::percentile_range(const Histogram& histogram, double percentile) {
  // BEGIN SOLUTION
  const auto total = static_cast<double>(histogram.total());
  if (total == 0) throw Error("[percentile] the histogram is empty: observe some values first");
  if (!(percentile > 0 && percentile <= 100)) {
    throw Error("[percentile] " + std::to_string(percentile) + ": it lies in (0, 100]");
  }
  // STEP 1: how many values may stay outside at each end: half of those that are not kept.
  const double outside = total * (100 - percentile) / 100 / 2;
  // STEP 2: from the left, skip bins until one more would leave out too many. The bound lies inside that bin: as far in
  // as its share of values that may still be left out.
  const auto bound = [&](bool from_left) {
    const std::size_t bins = histogram.counts.size();
    double passed = 0;
    for (std::size_t i = 0; i < bins; ++i) {
      const std::size_t bin = from_left ? i : bins - 1 - i;
      const auto count = static_cast<double>(histogram.counts[bin]);
      if (count > 0 && passed + count > outside) {
        const double inside = (outside - passed) / count;
        const double edge = static_cast<double>(bin) + (from_left ? inside : 1 - inside);
        return histogram.low + edge * histogram.width();
      }
      passed += count;
    }
    return histogram.low;  // not reached: outside is less than half of the total
  };
  // STEP 3: the same from the right.
  const double low = bound(true), high = bound(false);
  return {static_cast<float>(std::min(low, high)), static_cast<float>(std::max(low, high))};
  // END SOLUTION
}
