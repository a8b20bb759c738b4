#include "tinytorch/cli/benchmark.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "tinytorch/cli/terminal.h"

namespace tinytorch::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& call, std::int64_t times) {
  const auto begin = Clock::now();
  for (std::int64_t i = 0; i < times; ++i) call();
  return std::chrono::duration<double>(Clock::now() - begin).count() / static_cast<double>(times);
}

Latency summary(std::vector<double>& samples) {
  std::ranges::sort(samples);
  const std::size_t last = samples.size() - 1;
  return {samples[samples.size() / 2], samples[last / 10], samples[last - last / 10],
          static_cast<std::int64_t>(samples.size())};
}

std::string three_digits(double value) { return fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0); }

struct Unit {
  double size;
  const char* name;
};
Unit unit_of(double seconds) {
  if (seconds < 1e-3) return {1e-6, "µs"};
  return seconds < 1 ? Unit{1e-3, "ms"} : Unit{1, "s"};
}

}  // namespace

std::vector<Latency> time_in_turn(const std::vector<std::function<void()>>& calls, double seconds) {
  constexpr double kSample = 50e-6, kLong = 5e-3;  // seconds
  constexpr std::size_t kFewest = 7, kMost = 2000;
  std::vector<std::int64_t> times;
  std::vector<bool> warm_up;
  for (const auto& call : calls) {
    call();  // fills caches and allocates memory
    const double once = std::min(seconds_of(call, 1), seconds_of(call, 1));
    times.push_back(std::clamp<std::int64_t>(std::llround(kSample / std::max(once, 1e-9)), 1, 1000));
    warm_up.push_back(once < kLong);  // a long call is not sped up by the one before
  }
  std::vector<std::vector<double>> samples(calls.size());
  const double budget = seconds * static_cast<double>(calls.size());
  const auto begin = Clock::now();
  while (samples.front().size() < kFewest ||
         (std::chrono::duration<double>(Clock::now() - begin).count() < budget && samples.front().size() < kMost)) {
    const std::size_t first = samples.front().size();  // nobody always follows the same other one
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const std::size_t at = (first + i) % calls.size();
      if (warm_up[at]) calls[at]();
      samples[at].push_back(seconds_of(calls[at], times[at]));
    }
  }
  std::vector<Latency> result;
  for (std::vector<double>& each : samples) result.push_back(summary(each));
  return result;
}

std::string plain_duration(double seconds, double like) { return three_digits(seconds / unit_of(like).size); }

std::string duration_text(double seconds) { return plain_duration(seconds, seconds) + " " + unit_of(seconds).name; }

std::string rate_text(double per_second) {
  if (per_second < 1e3) return three_digits(per_second);
  return per_second < 1e6 ? three_digits(per_second / 1e3) + "k" : three_digits(per_second / 1e6) + "M";
}

}  // namespace tinytorch::cli
