#include <string>
#include <utility>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Trial analyze(const std::string& architecture, const std::string& scheme, int in_features) {
  Trial trial("analyze");
  trial.give("architecture", architecture).give("scheme", scheme).give("in_features", in_features).run();
  return trial;
}

/// A file holds `data` bytes, and a header of names and shapes that is no shorter than 100 bytes and no longer than
/// 1,500.
void expect_file(Trial& trial, const std::string& name, std::int64_t data) {
  const std::int64_t bytes = trial.integer(name);
  trial.expect(bytes >= data + 100 && bytes <= data + 1500, name + " is " + std::to_string(bytes) +
                                                                ", but the file holds " + std::to_string(data) +
                                                                " bytes of numbers and a header");
}

}  // namespace

TEST(AnalyzeModelSizes, CountsEveryByteOfALayer) {
  // 64·512 weights and 512 biases; the blocks of these sizes are no larger than what they hold.
  Trial trial = analyze("Sequential(Linear(64, 512))", "dynamic", 64);
  trial.expect_integer("parameters", 33280);
  trial.expect_integer("memory_before", 133120);
  // 32,768 codes, and 512 each of scales, biases and sums of four bytes.
  trial.expect_integer("memory_after", 38912);
  expect_file(trial, "disk_before", 133120);
  expect_file(trial, "disk_after", 36864);  // sums are not stored
  // Four weights and a bias: two blocks of 64 bytes, the smallest there are. Quantized weight-only, codes are padded to
  // 16 outputs, 4 + 60; a scale of 4 bytes, and the bias in its block of 64.
  Trial padded = analyze("Sequential(Linear(4, 1))", "weight-only", 4);
  padded.expect_integer("memory_before", 128);
  padded.expect_integer("memory_after", 132);
}

TEST(AnalyzeModelSizes, RefusesWhatCannotBeCompared) {
  for (const auto& [first, second] : {std::pair{true, true}, {false, false}, {true, false}}) {
    Trial trial("refusal");
    trial.give("first", first).give("second", second).run_and_expect_error({"quantized"});
  }
}
