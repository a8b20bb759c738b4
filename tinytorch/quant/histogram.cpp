#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/observer.h"

namespace tinytorch {
namespace {

/// Bins become twice as wide: pairs are merged into the upper or the lower half, and the other half is empty.
void widen(Histogram& h, bool downwards) {
  const std::size_t half = h.counts.size() / 2;
  std::vector<std::int64_t> wider(h.counts.size());
  for (std::size_t i = 0; i < half; ++i) {
    wider[i + (downwards ? half : 0)] = h.counts[2 * i] + h.counts[2 * i + 1];
  }
  h.counts = std::move(wider);
  const double span = h.high - h.low;
  (downwards ? h.low -= span : h.high += span);
}

/// A window [from, to) of bins as a range.
Range window(const Histogram& h, std::size_t from, std::size_t to) {
  const double step = h.width();
  const auto bound = [&](std::size_t edge) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(h.low + static_cast<double>(edge) * step, -kLargest, kLargest));
  };
  return {bound(from), bound(to)};
}

/// The bins that hold something: [first, last).
std::pair<std::size_t, std::size_t> occupied(const Histogram& h) {
  const auto some = [](std::int64_t n) { return n > 0; };
  const auto first = std::ranges::find_if(h.counts, some);
  if (first == h.counts.end()) throw Error("[histogram] it is empty: observe some values first");
  const auto last = std::find_if(h.counts.rbegin(), h.counts.rend(), some).base();
  return {first - h.counts.begin(), last - h.counts.begin()};
}

/// Mean squared error of rounding to 254 steps over [low, high] and of clipping to it, for values at the bins' centres.
double squared_error(const Histogram& h, Range range) {
  const QParams q = choose_qparams(range.low, range.high, Symmetry::asymmetric, kKernelCodes);
  const double lowest = static_cast<double>(q.scale) * (kKernelCodes.lowest - q.zero_point);
  const double highest = static_cast<double>(q.scale) * (kKernelCodes.highest - q.zero_point);
  double error = 0;
  for (std::size_t i = 0; i < h.counts.size(); ++i) {
    if (h.counts[i] == 0) continue;
    const double v = h.center(i);
    const double rounded = std::clamp(q.scale * std::nearbyint(v / q.scale), lowest, highest);
    error += static_cast<double>(h.counts[i]) * (v - rounded) * (v - rounded);
  }
  return error;
}

/// Divergence of the window [from, to), with all that lies outside put into its outermost bins, from the same window as
/// `levels` levels can tell it: each level spreads its count evenly over those of its bins that hold something.
double divergence(const Histogram& h, std::size_t from, std::size_t to, std::size_t levels) {
  const std::size_t n = to - from;
  std::vector<double> p(n), q(n);
  for (std::size_t i = 0; i < h.counts.size(); ++i) {
    p[std::clamp(i, from, to - 1) - from] += static_cast<double>(h.counts[i]);
  }
  for (std::size_t level = 0; level < levels; ++level) {
    const std::size_t begin = n * level / levels, end = n * (level + 1) / levels;
    double sum = 0, filled = 0;
    for (std::size_t i = begin; i < end; ++i) {
      sum += static_cast<double>(h.counts[from + i]);
      filled += p[i] > 0;
    }
    for (std::size_t i = begin; i < end; ++i) q[i] = p[i] > 0 ? sum / filled : 0;
  }
  const double p_sum = std::reduce(p.begin(), p.end()), q_sum = std::reduce(q.begin(), q.end());
  constexpr double kAlmostNothing =
      1e-9;  // where clipped values stand alone, q is 0 and the divergence would be infinite
  double result = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (p[i] > 0)
      result += p[i] / p_sum * std::log((p[i] / p_sum) / std::max(q[i] / std::max(q_sum, 1.0), kAlmostNothing));
  }
  return result;
}

}  // namespace

Histogram::Histogram(int bins) {
  if (bins < 2 || bins % 2 != 0) throw Error("[histogram] " + std::to_string(bins) + " bins: an even number is needed");
  counts.resize(static_cast<std::size_t>(bins));
}

std::int64_t Histogram::total() const { return std::reduce(counts.begin(), counts.end()); }

void Histogram::add(std::span<const float> values) {
  if (values.empty()) return;
  const auto [smallest, largest] = std::ranges::minmax(values);
  if (low == high) {
    low = smallest;
    high = largest;
    // One number alone has no width: bins a millionth of it wide leave room for others near it.
    if (low == high) high += std::max(std::abs(low), 1e-30) * 1e-6 * static_cast<double>(counts.size());
  }
  while (smallest < low) widen(*this, true);
  while (largest > high) widen(*this, false);
  const double bins_per_unit = static_cast<double>(counts.size()) / (high - low);
  for (const float v : values) {
    const auto bin = static_cast<std::size_t>((v - low) * bins_per_unit);
    ++counts[std::min(bin, counts.size() - 1)];  // high itself belongs to the last bin
  }
}

Range mse_range(const Histogram& histogram) {
  const auto [first, last] = occupied(histogram);
  Range best = window(histogram, first, last);
  best = {std::min(best.low, 0.0f), std::max(best.high, 0.0f)};
  double least = squared_error(histogram, best);
  // The two ends in turn, each moved towards 0 in steps of a hundredth of where it began.
  const Range whole = best;
  for (int round = 0; round < 2; ++round) {
    for (const bool upper : {true, false}) {
      for (int percent = 1; percent < 100; ++percent) {
        const float keep = static_cast<float>(100 - percent) / 100;
        const Range tried = upper ? Range{best.low, whole.high * keep} : Range{whole.low * keep, best.high};
        if (tried.low == tried.high) continue;
        const double error = squared_error(histogram, tried);
        if (error < least) least = error, best = tried;
      }
    }
  }
  return best;
}

Range entropy_range(const Histogram& histogram, int levels) {
  if (levels < 2) throw Error("[entropy] " + std::to_string(levels) + " levels: at least 2 are needed");
  const auto [first, last] = occupied(histogram);
  const auto wanted = static_cast<std::size_t>(levels);
  if (last - first <= wanted) return window(histogram, first, last);
  // The two ends in turn, each moved towards the bin that holds 0 in steps of a hundredth of the way.
  const double zero =
      std::clamp(-histogram.low / histogram.width(), static_cast<double>(first), static_cast<double>(last));
  std::size_t from = first, to = last;
  double least = divergence(histogram, from, to, wanted);
  for (const bool upper : {true, false}) {
    const auto whole = static_cast<double>(upper ? last : first);
    for (int percent = 99; percent >= 0; --percent) {
      const auto end = static_cast<std::size_t>(std::llround(zero + (whole - zero) * percent / 100));
      const std::size_t low = upper ? from : end, high = upper ? end : to;
      if (high < low + wanted) break;
      const double d = divergence(histogram, low, high, wanted);
      if (d < least) least = d, (upper ? to : from) = end;
    }
  }
  return window(histogram, from, to);
}

}  // namespace tinytorch
