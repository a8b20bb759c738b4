#pragma once
#include <gmock/gmock.h>

#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch {

/// Matches a call that throws an Error whose message contains the text.
inline auto throws_error(const std::string& text) {
  return ::testing::ThrowsMessage<Error>(::testing::HasSubstr(text));
}

}  // namespace tinytorch
