#pragma once
#include "tinytorch/course/values.h"

namespace tinytorch::course {

/// What a worker runs: code that calls the student's function with the inputs it is given and puts down what came.
/// It holds no expected values and decides nothing. An Error that it lets through is an answer too: "threw" and its message.
using ScenarioBody = void (*)(const Values& in, Values& out);

/// Registers a scenario under its name; see TT_SCENARIO.
struct Scenario {
  Scenario(const char* name, ScenarioBody body);
};

}  // namespace tinytorch::course

/// TT_SCENARIO(round_trip) { out.set("y", relu(Tensor(in.array("x"))).value()); }
/// `in` and `out` are Values. Names are unique within an exercise's file.
#define TT_SCENARIO(name)                                                                              \
  static void name##_scenario(const tinytorch::course::Values& in, tinytorch::course::Values& out);   \
  static const tinytorch::course::Scenario name##_registered(#name, &name##_scenario);                \
  static void name##_scenario([[maybe_unused]] const tinytorch::course::Values& in,                   \
                              [[maybe_unused]] tinytorch::course::Values& out)
