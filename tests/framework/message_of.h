#pragma once
#include <gtest/gtest.h>

#include <string>

#include "tinytorch/base/error.h"

namespace tinytorch::testing {

/// The message of the Error that a call throws, or a test failure.
template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no Error was thrown";
  return {};
}

}  // namespace tinytorch::testing
