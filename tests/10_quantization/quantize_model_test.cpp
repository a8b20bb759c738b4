#include "tinytorch/course/judge/judgement.h"

using namespace tinytorch;
using namespace tinytorch::course;

namespace {

Trial model(const std::string& scheme) {
  Trial trial("convert");
  trial.give("w1", Array({2, 2}, {1.27f, -0.5f, 0.3f, -0.635f})).give("b1", Array({2}, {0.25f, -1}));
  trial.give("w2", Array({1, 2}, {1.27f, 1})).give("b2", Array({1}, {0.5f})).give("scheme", scheme);
  trial.give("x", Array({1, 2}, {2.54f, 1}));
  return trial;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(QuantizeModel, DynamicNeedsNoSamples) {
  Trial trial = model("dynamic");
  trial.run();
  // The first layer gives 2.9758 and, behind the ReLU, 0: one is the end of its range and the other exact.
  trial.expect_array("y", Array({1, 1}, {4.279266f}), 1e-5);  // 1.27 · 2.9758 + 0.5, some float32 roundings
  const std::string text = trial.text("model");
  trial.expect(contains(text, "QuantizedLinear(2, 2, scheme=dynamic, relu=true)") &&
                   contains(text, "QuantizedLinear(2, 1, scheme=dynamic)"),
               "the model is now " + text);
  trial.expect_integer("layers", 2);
  trial.expect_integer("samples", 0);
}

TEST(QuantizeModel, StaticTakesItsRangesFromTheSamples) {
  Trial trial = model("static");
  trial.give("samples", Array({2, 2}, {2.54f, 1, 0, 0})).run();
  const std::string text = trial.text("model");
  trial.expect(contains(text, "scheme=static") && !contains(text, "dynamic"), "the model is now " + text);
  trial.expect_integer("samples", 2);
  trial.expect_array("seen", Array({2, 2}, {0, 2.54f, 0, 2.9758f}), 1e-5);
  // One step of the layer between, 2.9758/254, times its weights of at most 1.27.
  trial.expect_array("y", Array({1, 1}, {4.279266f}), 0.015);
}

TEST(QuantizeModel, StaticWithoutSamplesIsRefused) {
  Trial without("without_samples");
  without.run();
  const std::string says = without.text("says"), after = without.text("model");
  without.expect(!says.empty(), "static quantization without samples is no Error; the model is now " + after);
  without.expect(contains(says, "ample") || contains(says, "alibrat"),
                 "the Error must say that calibration samples are missing; it says: " + says);
  without.expect(!contains(after, "Quantized"), "it was refused, yet the model is now " + after);
  Trial empty = model("static");
  empty.give("samples", Array(Shape{0, 2})).run_and_expect_error({});
  Trial nothing("refusal");
  nothing.run_and_expect_error({"Linear"});
  Trial twice("refusal");
  twice.give("twice", true).run_and_expect_error({"quantized already"});
}
