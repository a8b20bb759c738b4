#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

std::string number(std::int64_t n) { return std::to_string(n); }

/// Between `exact` and what blocks for `floats` bytes of arrays may take more: a quarter, and 64 bytes for each array.
void expect_memory(Trial& trial, const std::string& name, std::int64_t exact, std::int64_t floats,
                   std::int64_t arrays) {
  const std::int64_t bytes = trial.integer(name);
  trial.expect(bytes >= exact && bytes <= exact + floats / 4 + 64 * arrays,
               name + " is " + number(bytes) + "; the numbers alone take " + number(exact) + ", and only " +
                   number(floats) + " bytes of them lie in blocks that may be a quarter larger");
}

}  // namespace

TEST(AnalyzeModelSizes, HoldsForRandomNetworks) {
  Rng rng = rng_of_this_test();
  // Few inputs and many outputs: what comes with each output weighs as much as the weights.
  const std::int64_t in = between(rng, 1, 3), hidden = 64 * between(rng, 10, 40), last = between(rng, 1, 4);
  const std::string architecture = "Sequential(Linear(" + number(in) + ", " + number(hidden) + "), ReLU(), Linear(" +
                                   number(hidden) + ", " + number(last) + "))";
  const std::int64_t weights = in * hidden + hidden * last, outputs = hidden + last, parameters = weights + outputs;
  for (const std::string scheme : {"static", "dynamic"}) {
    Trial trial("analyze");
    trial.give("architecture", architecture).give("in_features", in).give("scheme", scheme).run();
    trial.expect_integer("parameters", parameters);
    expect_memory(trial, "memory_before", 4 * parameters, 4 * parameters, 4);
    expect_memory(trial, "memory_after", weights + 12 * outputs, 4 * outputs, 2);  // codes; scales, biases and sums
    const std::int64_t before = trial.integer("disk_before"), after = trial.integer("disk_after");
    trial.expect(before >= 4 * parameters + 100 && before <= 4 * parameters + 4000,
                 "disk_before is " + number(before) + " for " + number(4 * parameters) + " bytes of parameters");
    trial.expect(after >= weights + 8 * outputs + 100 && after <= weights + 8 * outputs + 4000,
                 "disk_after is " + number(after) + " for " + number(weights + 8 * outputs) +
                     " bytes of codes, scales and biases");
  }
}

TEST(AnalyzeModelSizes, ATinyModelGrows) {
  Rng rng = rng_of_this_test();
  Trial trial("analyze");
  const std::int64_t out = between(rng, 1, 3);
  trial.give("architecture", "Sequential(Linear(1, " + number(out) + "))").give("scheme", "dynamic").run();
  trial.expect_integer("parameters", 2 * out);
  trial.expect_integer("memory_before", 128);                // two blocks of 64, the smallest there is
  trial.expect_integer("memory_after", 64 + out + 8 * out);  // a block for the bias; codes, scales, sums
  trial.expect(trial.integer("disk_after") > trial.integer("disk_before"),
               "disk_after is " + number(trial.integer("disk_after")) + ", no larger than disk_before, " +
                   number(trial.integer("disk_before")) + ": scales and longer descriptions count");
}
