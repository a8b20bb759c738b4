#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "tinytorch/quant/qparams.h"

namespace tinytorch {

/// Watches values during calibration and says which range is worth covering. Memory is bounded by bins, not by data.
class Observer {
 public:
  virtual ~Observer() = default;
  /// @throws Error naming index and count if a value is not finite.
  virtual void observe(const Array& values) = 0;
  /// @throws Error if nothing was observed.
  virtual Range range() const = 0;
  virtual std::int64_t count() const = 0;  ///< values seen
  virtual Range seen() const = 0;          ///< smallest and largest of them
};

enum class ObserverKind { min_max, moving_average, percentile, mse, entropy };
std::string_view to_string(ObserverKind kind);       ///< "min-max", "moving-average", "percentile", "mse", "entropy"
ObserverKind parse_observer(std::string_view name);  ///< @throws Error listing the names

struct ObserverOptions {
  ObserverKind kind = ObserverKind::min_max;
  double percentile = 99.999;  ///< percentile: of the values that stay inside
  float momentum = 0.01f;      ///< moving_average: weight of a new batch's range
  int bins = 2048;             ///< percentile, mse, entropy: over signed values
  int levels = 128;            ///< entropy
};
std::unique_ptr<Observer> make_observer(const ObserverOptions& options);

/// Counts of values in equal bins over [low, high]. The first values set the bounds; when later ones fall outside, a
/// side moves out so that the width doubles, and bins are merged by twos. So at least half of the bins stay in use, and
/// what was counted stays counted in the right place.
struct Histogram {
  explicit Histogram(int bins = 2048);  ///< @throws Error unless bins is even and at least 2
  double low = 0, high = 0;
  std::vector<std::int64_t> counts;
  std::int64_t total() const;
  double width() const { return (high - low) / static_cast<double>(counts.size()); }  ///< of one bin
  double center(std::size_t bin) const { return low + (static_cast<double>(bin) + 0.5) * width(); }
  void add(std::span<const float> values);  ///< finite ones
};

/// The range that keeps `percentile` percent of the values, cutting the same share at both ends; within a bin, values
/// count as evenly spread. @throws Error if the histogram is empty or percentile is not in (0, 100].
/// Exercise: exercises/11_integer_inference/percentile_observer.cpp
Range percentile_range(const Histogram& histogram, double percentile);

/// The range whose grid of 254 steps loses the least: the smallest mean squared error of rounding and clipping.
Range mse_range(const Histogram& histogram);

/// The range whose clipped distribution, told apart by `levels` levels only, is closest to the whole one (smallest
/// Kullback-Leibler divergence). Source: Migacz 2017, "8-bit inference with TensorRT".
Range entropy_range(const Histogram& histogram, int levels);

}  // namespace tinytorch
