#pragma once
#include <functional>
#include <string>
#include <vector>

#include "tinytorch/report/model_info.h"

namespace tinytorch::cli {

/// Times calls in turn, one sample of each and then again, so that whatever changes on the machine meanwhile is shared
/// by all. A sample is as many calls as take some 50 µs, after one that is not counted; it counts as their mean.
/// @param seconds  for each of the calls, unless seven samples take longer
/// @returns median, 10th and 90th percentile of the samples for each call, in seconds
std::vector<Latency> time_in_turn(const std::vector<std::function<void()>>& calls, double seconds);

std::string duration_text(double seconds);  ///< "3.41 µs", "12.0 ms": three digits
/// The number alone, in the unit that duration_text(like) has.
std::string plain_duration(double seconds, double like);
std::string rate_text(double per_second);  ///< "1.23M", "45.6k": three digits

}  // namespace tinytorch::cli
