#include "tinytorch/quant/pipeline.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "tests/framework/message_of.h"
#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::message_of;
using ::testing::SizeIs;

constexpr QuantScheme kSchemes[] = {QuantScheme::weight_only, QuantScheme::dynamic, QuantScheme::static_};

std::shared_ptr<Sequential> model(const std::string& text, std::uint64_t seed = 1) {
  Rng rng(seed);
  return parse_architecture(text, rng);
}

Tensor samples(std::int64_t rows, std::int64_t width, std::uint64_t seed = 2) {
  Rng rng(seed);
  return Tensor(test::normal_array({rows, width}, rng));
}

TEST(Fuse, FindsEachLinearAndTheReluBehindIt) {
  const auto m = model(
      "Sequential(Flatten(), Sequential(Linear(8, 6), ReLU()), Sequential(Linear(6, 4)), ReLU(), "
      "Linear(4, 4), Tanh(), Linear(4, 3), Dropout(0.5), ReLU(), Linear(3, 2))");
  const std::vector<FusedPlace> places = fuse(*m);
  std::string text;
  for (const FusedPlace& place : places) text += to_string(place.path) + (place.relu ? "+relu " : " ");
  EXPECT_EQ(text, "1.0+relu 2.0+relu 4 6+relu 9 ");
}

TEST(QuantizeModel, ComesCloseToTheFloatModelInEveryScheme) {
  const Tensor x = samples(300, 64);
  for (const QuantScheme scheme : kSchemes) {
    for (const bool per_channel : {true, false}) {
      const auto m = model("64-48-32-10");
      const Array before = m->forward(x).value();
      const QuantReport report = quantize_model(*m, x, {.scheme = scheme, .per_channel = per_channel});
      const Array after = m->forward(x).value();
      EXPECT_GT(sqnr_db(before, after), 35) << to_string(scheme);  // 8 bits give 40 to 50; some is lost per layer
      EXPECT_NEAR(report.output_sqnr, sqnr_db(before, after), 1);  // of the first 256 rows
      EXPECT_EQ(report.layers.size(), 3u);
      EXPECT_EQ(report.calibration_samples, 300);
    }
  }
}

TEST(QuantizeModel, WorksInPlaceThroughAnyNesting) {
  const std::string text =
      "Sequential(Sequential(Sequential(Linear(16, 12)), ReLU()), Dropout(0.3), Sequential(Linear(12, 8), "
      "Sequential(ReLU(), Linear(8, 4))))";
  const Tensor x = samples(50, 16);
  for (const QuantScheme scheme : kSchemes) {
    const auto nested = model(text),
               flat = model("Sequential(Linear(16, 12), ReLU(), Dropout(0.3), Linear(12, 8), ReLU(), Linear(8, 4))");
    quantize_model(*nested, x, {.scheme = scheme});
    quantize_model(*flat, x, {.scheme = scheme});
    EXPECT_EQ(nested->describe(), flat->describe());
    EXPECT_TRUE(std::ranges::equal(nested->forward(x).value().values(), flat->forward(x).value().values()));
    EXPECT_THAT(nested->describe(), Not(HasSubstr("Dropout")));
  }
}

TEST(QuantizeModel, DescribesWhatItMade) {
  const Tensor x = samples(50, 16);
  const auto dynamic = model("16-8-4"), chain = model("16-8-4"), apart = model("16-8-4");
  quantize_model(*dynamic, {}, {});
  EXPECT_EQ(dynamic->describe(),
            "Sequential(QuantizedLinear(16, 8, scheme=dynamic, relu=true), QuantizedLinear(8, 4, scheme=dynamic))");
  quantize_model(*chain, x, {.scheme = QuantScheme::static_});
  EXPECT_EQ(chain->describe(),
            "Sequential(IntegerNetwork(QuantizedLinear(16, 8, scheme=static, relu=true), "
            "QuantizedLinear(8, 4, scheme=static)))");
  quantize_model(*apart, x, {.scheme = QuantScheme::static_, .chain = false});
  EXPECT_EQ(apart->describe(),
            "Sequential(QuantizedLinear(16, 8, scheme=static, relu=true), QuantizedLinear(8, 4, scheme=static))");
}

TEST(QuantizeModel, OtherLayersCutTheChain) {
  const Tensor x = samples(50, 16);
  const auto m = model("Sequential(Linear(16, 8), ReLU(), Linear(8, 8), Tanh(), Linear(8, 4))");
  const QuantReport report = quantize_model(*m, x, {.scheme = QuantScheme::static_});
  EXPECT_THAT(m->describe(), AllOf(HasSubstr("QuantizedLinear(8, 8, scheme=static)), Tanh(), QuantizedLinear(8, 4")));
  ASSERT_THAT(report.skipped, SizeIs(1));
  EXPECT_EQ(report.skipped[0].first, "3");
  EXPECT_THAT(message_of([&] { make_integer_network(*m); }), HasSubstr("layer 1, Tanh(): it works on real numbers"));
}

TEST(QuantizeModel, FreesTheFloatWeights) {
  const auto m = model("300-200-10");
  const std::uint64_t with_floats = array_memory().in_use;
  quantize_model(*m, {}, {});
  EXPECT_LE(array_memory().in_use + 4 * 300 * 200, with_floats);
}

TEST(QuantizeModel, LeavesOtherHoldersOfTheLayersAlone) {
  const auto m = model("Sequential(Sequential(Linear(16, 8), ReLU()), Linear(8, 4))");
  const Sequential original = *m;  // shares the layers
  quantize_model(*m, {}, {});
  EXPECT_EQ(original.describe(), "Sequential(Sequential(Linear(16, 8), ReLU()), Linear(8, 4))");
}

TEST(QuantizeModel, IsTheSameForEqualInput) {
  const Tensor x = samples(600, 16);
  for (const ObserverKind kind : {ObserverKind::min_max, ObserverKind::moving_average, ObserverKind::percentile,
                                  ObserverKind::mse, ObserverKind::entropy}) {
    QuantConfig config{.scheme = QuantScheme::static_};
    config.observer.kind = kind;
    const auto a = model("16-8-4"), b = model("16-8-4");
    quantize_model(*a, x, config);
    quantize_model(*b, x, config);
    EXPECT_TRUE(std::ranges::equal(a->forward(x).value().values(), b->forward(x).value().values()));
  }
}

TEST(QuantizeModel, SaysWhatIsWrong) {
  const auto good = [] { return model("8-6-4"); };
  const QuantConfig fixed{.scheme = QuantScheme::static_};
  EXPECT_THAT(message_of([&] { quantize_model(*good(), {}, fixed); }), HasSubstr("needs calibration data"));
  EXPECT_THAT(message_of([&] { quantize_model(*good(), Tensor(Array({0, 8})), fixed); }), HasSubstr("no samples"));
  EXPECT_THAT(message_of([&] { quantize_model(*good(), samples(10, 9), fixed); }),
              HasSubstr("layer 0 takes 8 features, but the samples give it (10, 9)"));
  EXPECT_THAT(message_of([&] { quantize_model(*good(), samples(10, 9), {}); }), HasSubstr("layer 0 takes 8 features"));
  EXPECT_THAT(message_of([&] { quantize_model(*model("Sequential(ReLU(), Tanh())"), {}, {}); }),
              HasSubstr("no Linear layers"));
  EXPECT_THAT(message_of([&] { quantize_model(*model("Sequential()"), {}, {}); }), HasSubstr("no Linear layers"));
  Tensor wrong = samples(3, 8);
  wrong.mutable_value().data()[8 + 1] = NAN;
  EXPECT_THAT(message_of([&] { quantize_model(*good(), wrong, fixed); }), HasSubstr("index (1, 1)"));
}

TEST(QuantizeModel, RefusesToQuantizeTwice) {
  for (const QuantScheme scheme : kSchemes) {
    const auto m = model("8-6-4");
    quantize_model(*m, samples(10, 8), {.scheme = scheme});
    const std::string before = m->describe();
    EXPECT_THAT(message_of([&] { quantize_model(*m, samples(10, 8), {}); }),
                HasSubstr("quantized already: layer 0 is "));
    EXPECT_EQ(m->describe(), before);
  }
}

TEST(QuantizeModel, NamesLayerAndIndexOfANaNAndChangesNothing) {
  const auto m = model("Sequential(Linear(8, 6), Sequential(ReLU(), Linear(6, 4)))");
  m->named_parameters()[2].tensor.mutable_value().data()[6 + 2] = NAN;
  const std::string before = m->describe();
  EXPECT_THAT(message_of([&] { quantize_model(*m, samples(10, 8), {.scheme = QuantScheme::static_}); }),
              AllOf(HasSubstr("layer 1.1"), HasSubstr("weight"), HasSubstr("index (1, 2)")));
  EXPECT_EQ(m->describe(), before);
}

TEST(Calibrate, UsesAllSamplesAndTellsHowMany) {
  const auto m = model("8-6-4");
  Tensor x = samples(1000, 8);
  x.mutable_value().data()[999 * 8 + 3] = 77;
  Calibration calibration = prepare(*m, {});
  std::vector<std::int64_t> done;
  m->set_training(true);
  calibrate(*m, calibration, x, [&](std::int64_t n) { done.push_back(n); });
  EXPECT_EQ(calibration.observers[0]->seen().high, 77);
  EXPECT_EQ(calibration.observers[0]->count(), 8000);
  EXPECT_EQ(calibration.observers[1]->seen().low, 0);  // behind the ReLU
  EXPECT_EQ(done.back(), 1000);
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_TRUE(m->training());
}

TEST(Calibrate, KeepsNoHistoryAndDropsNothing) {
  const auto m = model("Sequential(Dropout(0.9), Linear(8, 4))");
  const Tensor x = samples(10, 8);
  const std::int64_t nodes = live_nodes();
  Calibration calibration = prepare(*m, {});
  calibrate(*m, calibration, x);
  const auto [low, high] = std::ranges::minmax(x.value().values());
  EXPECT_EQ(calibration.observers[0]->seen().low, low);
  EXPECT_EQ(calibration.observers[0]->seen().high, high);
  EXPECT_EQ(live_nodes(), nodes);
}

TEST(Convert, NamesTheLayerThatSawNoSamples) {
  const auto m = model("8-6-4");
  EXPECT_THAT(message_of([&] { convert(*m, prepare(*m, {}), {.scheme = QuantScheme::static_}); }),
              AllOf(HasSubstr("layer 0"), HasSubstr("nothing was observed")));
  EXPECT_EQ(m->describe(), model("8-6-4")->describe());
  EXPECT_THROW(convert(*model("8-6-6-4"), prepare(*m, {}), {}), Error);  // of another model
}

TEST(QuantReport, SplitsTheErrorIntoItsCauses) {
  const auto m = model("64-32-10");
  const Tensor x = samples(256, 64);
  const QuantReport whole = quantize_model(*m, x, {.scheme = QuantScheme::static_});
  for (const LayerQuantReport& layer : whole.layers) {
    EXPECT_GT(layer.clipping_sqnr, 60);  // min-max clips nothing but the half step at an end
    EXPECT_GT(layer.weight_sqnr, 35);
    EXPECT_GT(layer.rounding_sqnr, 35);
    // Independent errors add up: noise powers, not decibels. Two decimals of a decibel are not promised, one is.
    const auto noise = [](double db) { return std::pow(10, -db / 10); };
    const double sum = noise(layer.weight_sqnr) + noise(layer.rounding_sqnr) + noise(layer.clipping_sqnr);
    EXPECT_NEAR(layer.output_sqnr, -10 * std::log10(sum), 1);
    EXPECT_EQ(layer.clipped, 0);
    EXPECT_EQ(layer.macs, layer.name == "0" ? 64 * 32 : 32 * 10);
    EXPECT_EQ(layer.kernel, to_string(active_isa()) == "generic" ? "generic" : layer.kernel);
  }
  EXPECT_EQ(whole.layers[1].name, "2");
  EXPECT_EQ(whole.layers[0].was, "Linear(64, 32) + ReLU()");

  const auto again = model("64-32-10");
  QuantConfig config{.scheme = QuantScheme::static_};
  config.observer = {.kind = ObserverKind::percentile, .percentile = 90};
  const QuantReport clipped = quantize_model(*again, x, config);
  EXPECT_LT(clipped.layers[0].clipping_sqnr, 25);
  EXPECT_GT(clipped.layers[0].rounding_sqnr, whole.layers[0].rounding_sqnr);  // finer steps
  EXPECT_NEAR(clipped.layers[0].clipped, 0.1, 0.01);
  EXPECT_THAT(clipped.layers[0].remarks,
              Contains(AllOf(HasSubstr("% of its inputs clipped; calibrated"), HasSubstr("seen"))));
}

TEST(CompareLayers, MeasuresWhatQuantizeModelReported) {
  const auto original = model("64-32-10");
  Sequential quantized = *original;
  const Tensor x = samples(200, 64);
  const QuantReport report = quantize_model(quantized, x, {.scheme = QuantScheme::static_});
  const std::vector<LayerQuantReport> again = compare_layers(*original, quantized, x);
  ASSERT_EQ(again.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again[i].name, report.layers[i].name);
    EXPECT_EQ(again[i].output_sqnr, report.layers[i].output_sqnr);
    EXPECT_EQ(again[i].weight_sqnr, report.layers[i].weight_sqnr);
    EXPECT_EQ(again[i].clipping_sqnr, report.layers[i].clipping_sqnr);
  }
  EXPECT_THAT(message_of([&] { compare_layers(*model("64-32-32-10"), quantized, x); }), HasSubstr("3 Linear layers"));
  EXPECT_THAT(message_of([&] { compare_layers(*model("64-33-10"), quantized, x); }),
              HasSubstr("layer 0 is Linear(64, 33)"));
}

TEST(QuantReport, WeightErrorIsWhatTheoryExpects) {
  // Rounding errors are uniform in half a step, so their variance is S² / 12; that of the weights is w² / 3, uniform in
  // ±w; and S is the largest of 784 weights, all but w, over 127. So 10 log10(4 · 127²) dB.
  Rng rng(3);
  Array weight({50, 784});
  for (float& v : weight.values()) v = rng.uniform(-1, 1);
  Sequential m{Linear(Tensor(weight), Tensor())};
  const QuantReport report = quantize_model(m, samples(100, 784), {});
  EXPECT_NEAR(report.layers[0].weight_sqnr, 10 * std::log10(4 * 127.0 * 127.0), 0.3);
}

TEST(QuantReport, WithoutSamplesSaysThatItDidNotMeasure) {
  const auto m = model("64-32-10");
  const QuantReport report = quantize_model(*m, {}, {});
  EXPECT_GT(report.layers[0].weight_sqnr, 35);
  EXPECT_TRUE(std::isnan(report.layers[0].output_sqnr));
  EXPECT_TRUE(std::isnan(report.output_sqnr));
}

TEST(QuantReport, SaysThatATinyLayerGrows) {
  const auto m = model("Sequential(Linear(1, 1))");
  const QuantReport report = quantize_model(*m, {}, {});
  EXPECT_GT(report.layers[0].bytes_after, report.layers[0].bytes_before);
  EXPECT_THAT(report.layers[0].remarks, Contains(HasSubstr("grows: a 1×1 layer, from 8 to ")));
  EXPECT_THAT(quantize_model(*model("64-64"), {}, {}).layers[0].remarks, IsEmpty());
}

TEST(QuantReport, SaysThatWeightsWereTooSmall) {
  const auto m = model("Sequential(Linear(4, 2))");
  for (int i = 0; i < 4; ++i) m->parameters()[0].mutable_value().data()[i] = 1e-42f * static_cast<float>(i);
  EXPECT_THAT(quantize_model(*m, {}, {}).layers[0].remarks,
              Contains(HasSubstr("weights of 1 of 2 channels are too small")));
}

TEST(QuantizeModel, ABiasTooLargeForIntegersRunsWithFloats) {
  const auto m = model("Sequential(Linear(4, 2), ReLU(), Linear(2, 2))");
  for (int i = 0; i < 4; ++i)
    m->parameters()[0].mutable_value().data()[i] = 1e-12f * static_cast<float>(i);  // a dead unit
  m->parameters()[1].mutable_value().data()[0] = 3;
  const Tensor x = samples(20, 4);
  const Array before = m->forward(x).value();
  const QuantReport report = quantize_model(*m, x, {.scheme = QuantScheme::static_});
  EXPECT_THAT(report.layers[0].remarks,
              Contains(HasSubstr("runs with floats between the layers: [fold_bias] channel 0")));
  EXPECT_GT(sqnr_db(before, m->forward(x).value()), 35);
}

TEST(MakeIntegerNetwork, TakesWhatStaticQuantizationMade) {
  const Tensor x = samples(50, 16);
  for (const bool chain : {true, false}) {
    const auto m = model("Sequential(Flatten(), Linear(16, 8), ReLU(), Linear(8, 4))");
    quantize_model(*m, x, {.scheme = QuantScheme::static_, .chain = chain});
    IntegerNetwork network = make_integer_network(*m);
    EXPECT_EQ(network.in_features(), 16);
    EXPECT_EQ(network.out_features(), 4);
    if (chain) {
      EXPECT_TRUE(std::ranges::equal(network.forward(x).value().values(), m->forward(x).value().values()));
    }
  }
  const auto dynamic = model("16-8-4");
  quantize_model(*dynamic, {}, {});
  EXPECT_THAT(message_of([&] { make_integer_network(*dynamic); }), HasSubstr("layer 0"));
  EXPECT_THROW(make_integer_network(*model("16-8-4")), Error);
}

TEST(AnalyzeModelSizes, RefusesModelsInTheWrongOrder) {
  const auto original = model("16-8-4"), quantized = model("16-8-4");
  quantize_model(*quantized, {}, {});
  EXPECT_THROW(analyze_model_sizes(*quantized, *original), Error);
  EXPECT_THROW(analyze_model_sizes(*original, *original), Error);
  EXPECT_THROW(analyze_model_sizes(*quantized, *quantized), Error);
}

TEST(AnalyzeModelSizes, CountsTheParametersOfTheWorkedExamples) {
  for (const auto& [text, count] : {std::pair{"784-256-128-10", 235146}, {"784-128-10", 101770}}) {
    const auto original = model(text), quantized = model(text);
    quantize_model(*quantized, {}, {});
    EXPECT_EQ(analyze_model_sizes(*original, *quantized).parameters, count);
  }
}

TEST(AnalyzeModelSizes, ATinyModelGrowsOnDisk) {
  const auto original = model("Sequential(Linear(1, 1))"), quantized = model("Sequential(Linear(1, 1))");
  quantize_model(*quantized, samples(3, 1), {.scheme = QuantScheme::static_});
  const SizeAnalysis sizes = analyze_model_sizes(*original, *quantized);
  EXPECT_LT(sizes.disk_ratio(), 1);
  EXPECT_LT(sizes.bytes_saved(), 0);
  EXPECT_LT(sizes.percent_saved(), 0);
}

TEST(Quantizer, OffersAllAsOneObject) {
  const Quantizer quantizer({.scheme = QuantScheme::static_});
  const Tensor x = samples(40, 16);
  const QuantizedTensor q = quantizer.quantize(x);
  EXPECT_GT(sqnr_db(x.value(), quantizer.dequantize(q).value()), 35);
  const auto original = model("16-8-4"), quantized = model("16-8-4");
  EXPECT_EQ(quantizer.quantize_model(*quantized, x).layers.size(), 2u);
  EXPECT_EQ(quantizer.analyze(*original, *quantized).parameters, 16 * 8 + 8 + 8 * 4 + 4);
}

TEST(QuantScheme, IsKnownByItsName) {
  for (const QuantScheme scheme : kSchemes) EXPECT_EQ(parse_quant_scheme(to_string(scheme)), scheme);
  EXPECT_THAT(message_of([] { parse_quant_scheme("int4"); }), HasSubstr("weight-only, dynamic, static"));
}

}  // namespace
}  // namespace tinytorch
