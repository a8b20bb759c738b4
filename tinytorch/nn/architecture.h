#pragma once
#include <string_view>

#include "tinytorch/nn/sequential.h"

namespace tinytorch {

/// Builds a network from text, with fresh weights drawn from `rng`. Two forms:
///   "784-128-10"                                            Linear layers with ReLU between them
///   "Sequential(Linear(784, 128), ReLU(), Linear(128, 10))" what Module::describe() says; it nests
/// A single layer, such as "Linear(784, 10)", becomes a Sequential of one. Spaces may stand between words.
/// @throws Error that shows the place and lists what is known, on unknown layers, sizes that are not positive or too
/// large (over 2^31 parameters in all), neighbours whose sizes differ, and nesting deeper than 64.
std::shared_ptr<Sequential> parse_architecture(std::string_view text, Rng& rng);

/// The number of parameters that parse_architecture would draw: checks a text from outside without allocating them.
/// @throws Error where parse_architecture does.
std::int64_t count_architecture_parameters(std::string_view text);

}  // namespace tinytorch
