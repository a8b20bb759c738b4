#include "tinytorch/quant/observer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "tinytorch/base/error.h"

namespace tinytorch {
namespace {

constexpr std::array<std::pair<ObserverKind, std::string_view>, 5> kNames = {{
    {ObserverKind::min_max, "min-max"},
    {ObserverKind::moving_average, "moving-average"},
    {ObserverKind::percentile, "percentile"},
    {ObserverKind::mse, "mse"},
    {ObserverKind::entropy, "entropy"},
}};

/// What every observer does: counts, and remembers the extremes.
class MinMaxObserver : public Observer {
 public:
  void observe(const Array& values) final {
    const Range range = finite_range(values, "[observe] values");
    seen_ = count_ == 0 ? range : Range{std::min(seen_.low, range.low), std::max(seen_.high, range.high)};
    watch(values, range);
    count_ += values.size();
  }
  Range range() const final {
    if (count_ == 0) throw Error("[observer] nothing was observed: give calibration samples first");
    return choose();
  }
  std::int64_t count() const final { return count_; }
  Range seen() const final { return seen_; }

 protected:
  virtual void watch(const Array&, Range) {}
  virtual Range choose() const { return seen_; }

 private:
  std::int64_t count_ = 0;
  Range seen_;
};

class MovingAverageObserver : public MinMaxObserver {
 public:
  explicit MovingAverageObserver(float momentum) : momentum_(momentum) {
    if (!(momentum > 0 && momentum <= 1)) {
      throw Error("[moving-average] momentum " + std::to_string(momentum) + ": it lies in (0, 1]");
    }
  }

 protected:
  void watch(const Array&, Range batch) override {
    if (count() == 0) {
      average_ = batch;
      return;
    }
    const float keep = 1 - momentum_;  // in this form nothing overflows
    average_ = {keep * average_.low + momentum_ * batch.low, keep * average_.high + momentum_ * batch.high};
  }
  Range choose() const override { return average_; }

 private:
  float momentum_;
  Range average_;
};

/// Those that look at the whole distribution.
class HistogramObserver : public MinMaxObserver {
 public:
  explicit HistogramObserver(const ObserverOptions& options) : options_(options), histogram_(options.bins) {
    if (!(options.percentile > 0 && options.percentile <= 100)) {
      throw Error("[percentile] " + std::to_string(options.percentile) + ": it lies in (0, 100]");
    }
    if (options.levels < 2)
      throw Error("[entropy] " + std::to_string(options.levels) + " levels: at least 2 are needed");
  }

 protected:
  void watch(const Array& values, Range) override { histogram_.add(values.values()); }
  Range choose() const override {
    if (seen().low == seen().high) return seen();  // one number alone: the grid holds it exactly
    const Range r = options_.kind == ObserverKind::percentile ? percentile_range(histogram_, options_.percentile)
                    : options_.kind == ObserverKind::mse      ? mse_range(histogram_)
                                                              : entropy_range(histogram_, options_.levels);
    // A bin may reach past what was seen, and 0 needs no room that the data does not.
    return {std::max(r.low, std::min(seen().low, 0.0f)), std::min(r.high, std::max(seen().high, 0.0f))};
  }

 private:
  ObserverOptions options_;
  Histogram histogram_;
};

}  // namespace

std::string_view to_string(ObserverKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) return name;
  }
  return "unknown";
}

ObserverKind parse_observer(std::string_view name) {
  std::string known;
  for (const auto& [kind, its_name] : kNames) {
    if (name == its_name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(its_name);
  }
  throw Error("observer \"" + std::string(name) + "\" is not known; there are " + known);
}

std::unique_ptr<Observer> make_observer(const ObserverOptions& options) {
  switch (options.kind) {
    case ObserverKind::min_max:
      return std::make_unique<MinMaxObserver>();
    case ObserverKind::moving_average:
      return std::make_unique<MovingAverageObserver>(options.momentum);
    default:
      return std::make_unique<HistogramObserver>(options);
  }
}

}  // namespace tinytorch
