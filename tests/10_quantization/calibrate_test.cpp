#include <algorithm>
#include <limits>

#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Trial layer(const Array& samples) {
  Trial trial("layer");
  trial.give("weight", Array({1, 2}, {1, 1})).give("observer", "min-max").give("samples", samples);
  return trial;
}

Trial model(float w1, float w2, double dropout = 0) {
  Trial trial("model");
  trial.give("w1", Array({1, 1}, {w1})).give("w2", Array({1, 1}, {w2})).give("dropout", dropout);
  return trial;
}

}  // namespace

TEST(Calibrate, ALayerCoversWhatItsSamplesNeed) {
  Trial both = layer(Array({2, 2}, {-0.27f, 0.1f, 1, 0}));
  both.run();
  both.expect_number("scale", 0.005, 0, 2.4e-7);
  both.expect_integer("zero_point", -73);
  // [0, 2.54] on codes -127 to 127: every code is used, and none of the symmetric half is wasted.
  Trial relu = layer(Array({3, 2}, {0, 2.54f, 1, 0.5f, 2, 0}));
  relu.run();
  relu.expect_number("scale", 0.01, 0, 2.4e-7);  // rounded to float32
  relu.expect_integer("zero_point", -127);
}

TEST(Calibrate, EachLayerSeesWhatEntersIt) {
  // 1, -3, 5 enter the first Linear; 2, -6, 10 leave it, and the ReLU lets 2, 0, 10 enter the second.
  Trial trial = model(2, 7);
  trial.give("samples", Array({3, 1}, {1, -3, 5})).run();
  trial.expect_array("ranges", Array({2, 2}, {-3, 5, 0, 10}));
  trial.expect_integers("counts", {3, 3});
  trial.expect_integer("samples", 3);
}

TEST(Calibrate, RunsAsAtInference) {
  // In training, Dropout would double or delete each of 2, 0, 10.
  Trial trial = model(2, 7, 0.5);
  trial.give("samples", Array({3, 1}, {1, -3, 5})).run();
  trial.expect_array("ranges", Array({2, 2}, {-3, 5, 0, 10}));
  trial.expect(trial.integer("training") == 1, "the model was in training mode before, and is not afterwards");
}

TEST(Calibrate, EveryRowCounts) {
  // 300 rows of 1; -3 and 5, the ends of the range, come last, in the second batch.
  Array samples({300, 1}, 1.0f);
  samples.data()[298] = -3;
  samples.data()[299] = 5;
  Trial trial = model(2, 7);
  trial.give("samples", samples).run();
  trial.expect_array("ranges", Array({2, 2}, {-3, 5, 0, 10}));
  trial.expect_integers("counts", {300, 300});
  trial.expect_integer("samples", 300);
  const std::vector<std::int64_t> progress = trial.integers("progress");
  std::string calls;
  for (const std::int64_t done : progress) calls += " " + std::to_string(done);
  trial.expect(!progress.empty() && progress.back() == 300 && std::is_sorted(progress.begin(), progress.end()),
               "progress was called with" + (calls.empty() ? " nothing" : calls) +
                   "; it is told how many samples are done, 300 in the end");
  Trial quiet = model(2, 7);  // nobody wants to know of progress
  quiet.give("samples", samples).give("quietly", true).run();
  quiet.expect_integer("samples", 300);

  Array pairs({300, 2}, 0.5f);
  pairs.data()[599] = 2.54f;
  pairs.data()[598] = 0;
  Trial one = layer(pairs);
  one.run();
  one.expect_number("scale", 0.01, 0, 2.4e-7);  // rounded to float32
  one.expect_integer("zero_point", -127);
}

TEST(Calibrate, RefusesWhatIsNoSample) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  layer(Array(Shape{0, 2})).run_and_expect_error({});
  layer(Array({1, 3}, {1, 2, 3})).run_and_expect_error({"(1, 3)"});
  layer(Array({2, 2}, {1, nan, 2, 3})).run_and_expect_error({"(0, 1)"});
  model(1, 1).run_and_expect_error({});
  const auto samples = [](const Array& values) {
    Trial trial = model(1, 1);
    trial.give("samples", values);
    return trial;
  };
  samples(Array(Shape{0, 1})).run_and_expect_error({});
  samples(Array(Shape{}, 1.0f)).run_and_expect_error({});
  samples(Array({2, 1}, {1, nan})).run_and_expect_error({"(1, 0)"});
  samples(Array({1, 2}, {1, 2})).run_and_expect_error({"(1, 2)"});
}
