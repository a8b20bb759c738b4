#include "tinytorch/quant/quantized_file.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "tests/framework/message_of.h"
#include "tests/framework/quant/random_values.h"
#include "tinytorch/base/error.h"
#include "tinytorch/nn/architecture.h"

namespace tinytorch {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::message_of;

constexpr QuantScheme kSchemes[] = {QuantScheme::weight_only, QuantScheme::dynamic, QuantScheme::static_};

/// A file that is removed at the end.
struct TemporaryPath {
  std::filesystem::path path = std::filesystem::path(::testing::TempDir()) /
                               ("quantized_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
                                ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".safetensors");
  ~TemporaryPath() { std::filesystem::remove(path); }
};

Tensor samples(std::int64_t width) {
  Rng rng(2);
  return Tensor(test::normal_array({50, width}, rng));
}

Model float_model(const std::string& text) {
  Rng rng(1);
  return {parse_architecture(text, rng), {0.1307f, 0.3081f}, {{"data", "mnist"}}};
}

Model quantized_model(const std::string& text, std::int64_t width, const QuantConfig& config) {
  Model model = float_model(text);
  quantize_model(*model.network, samples(width), config);
  return model;
}

TEST(QuantizedFile, GivesBitEqualOutputsAfterLoading) {
  const TemporaryPath file;
  for (const QuantScheme scheme : kSchemes) {
    for (const bool per_channel : {true, false}) {
      for (const bool chain : {true, false}) {
        const QuantConfig config{.scheme = scheme, .per_channel = per_channel, .chain = chain};
        const std::string text =
            "Sequential(Flatten(), Linear(33, 20), ReLU(), Sequential(Linear(20, 16, bias=false)), Tanh(), "
            "Linear(16, 12), ReLU(), Linear(12, 5))";
        const Model model = quantized_model(text, 33, config);
        save_quantized_model(file.path, model);
        const Model loaded = load_quantized_model(file.path);
        EXPECT_EQ(loaded.network->describe(), model.network->describe());
        EXPECT_EQ(loaded.normalization.mean, 0.1307f);
        EXPECT_EQ(loaded.notes.at("data"), "mnist");
        EXPECT_TRUE(std::ranges::equal(loaded.network->forward(samples(33)).value().values(),
                                       model.network->forward(samples(33)).value().values()));
        EXPECT_EQ(serialize_safetensors(to_quantized_safetensors(loaded)),
                  serialize_safetensors(to_quantized_safetensors(model)));
      }
    }
  }
}

TEST(QuantizedFile, TellsAllAboutItself) {
  QuantConfig config{.scheme = QuantScheme::static_};
  config.observer.kind = ObserverKind::percentile;
  const Safetensors file = to_quantized_safetensors(quantized_model("8-6-4", 8, config));
  EXPECT_EQ(file.metadata.at("format"), "tinytorch-quantized");
  EXPECT_EQ(file.metadata.at("scheme"), "static");
  EXPECT_EQ(file.metadata.at("per_channel"), "true");
  EXPECT_EQ(file.metadata.at("observer"), "percentile");
  EXPECT_THAT(file.metadata.at("architecture"), HasSubstr("QuantizedLinear(8, 6, scheme=static, relu=true)"));
  EXPECT_EQ(file.tensors.at("0.0.weight").dtype, DType::I8);
  EXPECT_EQ(file.tensors.at("0.0.weight").shape, (Shape{6, 8}));
  EXPECT_EQ(file.tensors.at("0.0.weight_scale").shape, (Shape{6}));
  EXPECT_EQ(file.tensors.at("0.1.bias").dtype, DType::F32);
  EXPECT_EQ(file.tensors.at("0.1.input_scale").dtype, DType::F32);
  EXPECT_EQ(file.tensors.at("0.1.input_zero_point").dtype, DType::I8);
}

TEST(QuantizedFile, AndAFloatFileNameEachOthersReader) {
  const TemporaryPath file;
  save_quantized_model(file.path, quantized_model("8-6-4", 8, {}));
  EXPECT_THAT(message_of([&] { load_model(file.path); }),
              AllOf(HasSubstr(file.path.string()), HasSubstr("load_quantized_model")));
  EXPECT_TRUE(is_quantized(*load_any_model(file.path).network));
  save_model(file.path, float_model("8-6-4"));
  EXPECT_THAT(message_of([&] { load_quantized_model(file.path); }),
              AllOf(HasSubstr(file.path.string()), HasSubstr("load_model")));
  EXPECT_FALSE(is_quantized(*load_any_model(file.path).network));
}

TEST(QuantizedFile, IsOnlyForQuantizedModels) {
  EXPECT_THAT(message_of([] { to_quantized_safetensors(float_model("8-6-4")); }), HasSubstr("not quantized"));
  Model mixed = quantized_model("8-6-4", 8, {});
  Rng rng(3);
  std::vector<ModulePtr> modules = mixed.network->modules();
  modules.push_back(std::make_shared<Linear>(4, 2, rng));
  mixed.network = std::make_shared<Sequential>(modules);
  EXPECT_THAT(message_of([&] { to_quantized_safetensors(mixed); }), HasSubstr("float32 layers beside"));
}

/// Each entry spoils a good file, and tells what the message must say.
TEST(QuantizedFile, RefusesWhatIsDamaged) {
  const Safetensors good = to_quantized_safetensors(quantized_model("8-6-4", 8, {.scheme = QuantScheme::static_}));
  ASSERT_NO_THROW(from_quantized_safetensors(good));
  const std::pair<std::function<void(Safetensors&)>, const char*> damages[] = {
      {[](Safetensors& f) { f.tensors.erase("0.0.weight"); }, "\"0.0.weight\" is missing"},
      {[](Safetensors& f) { f.tensors.erase("0.1.weight_scale"); }, "\"0.1.weight_scale\" is missing"},
      {[](Safetensors& f) { f.tensors.erase("0.0.input_zero_point"); }, "\"0.0.input_zero_point\" is missing"},
      {[](Safetensors& f) { f.tensors["extra"] = f.tensors["0.0.bias"]; }, "\"extra\" has no place"},
      {[](Safetensors& f) {
         f.tensors["0.0.weight"].shape = {8, 6};
       },
       "(8, 6) where the architecture needs I8 (6, 8)"},
      {[](Safetensors& f) { f.tensors["0.0.weight"].dtype = DType::U8; }, "is U8"},
      {[](Safetensors& f) { f.tensors["0.0.weight"].bytes[5] = 0x80; }, "-128"},
      {[](Safetensors& f) { f.tensors["0.0.weight_scale"] = store(Array({6}, 0.0f)); }, "weight scale"},
      {[](Safetensors& f) { f.tensors["0.0.weight_scale"] = store(Array({6}, NAN)); }, "weight scale"},
      {[](Safetensors& f) { f.tensors["0.0.input_scale"] = store(Array({}, {-1})); }, "input scale"},
      {[](Safetensors& f) { f.tensors["0.0.input_zero_point"].bytes[0] = 0x80; }, "zero point -128"},
      {[](Safetensors& f) { f.tensors["0.0.bias"] = store(Array({6}, INFINITY)); }, "bias"},
      {[](Safetensors& f) { f.metadata.erase("format"); }, "no format"},
      {[](Safetensors& f) { f.metadata["format"] = "pt"; }, "the format \"pt\""},
      {[](Safetensors& f) { f.metadata["format_version"] = "2"; }, "format_version"},
      {[](Safetensors& f) { f.metadata.erase("architecture"); }, "architecture is missing"},
      {[](Safetensors& f) { f.metadata.erase("normalization.mean"); }, "normalization.mean is missing"},
      {[](Safetensors& f) { f.metadata["observer"] = "guess"; }, "observer \"guess\" is not known"},
      {[](Safetensors& f) { f.metadata["per_channel"] = "maybe"; }, "per_channel"},
  };
  for (const auto& [damage, expected] : damages) {
    Safetensors bad = good;
    damage(bad);
    EXPECT_THAT(message_of([&] { from_quantized_safetensors(bad); }), HasSubstr(expected));
  }
}

TEST(QuantizedFile, RefusesArchitecturesThatCannotBe) {
  const Safetensors good = to_quantized_safetensors(quantized_model("8-6-4", 8, {}));
  std::string deep = "QuantizedLinear(8, 6)";
  for (int i = 0; i < 1000; ++i) deep = "Sequential(" + deep + ")";
  for (const std::string& text : std::vector<std::string>{
           "", "Sequential", "Sequential(", "Sequential(QuantizedLinear(8, 6)", "QuantizedLinear(8, 6)",
           "Sequential(Foo())", "Sequential(QuantizedLinear(8))", "Sequential(QuantizedLinear(8, x))",
           "Sequential(QuantizedLinear(0, 6))", "Sequential(QuantizedLinear(8, 6, scheme=fast))",
           "Sequential(QuantizedLinear(8, 6, tanh=true))",
           "Sequential(QuantizedLinear(9223372036854775807, 9223372036854775807))", "Sequential(Linear(8, 6))",
           "Sequential(IntegerNetwork(ReLU()))", "Sequential(IntegerNetwork())", "Sequential(,)", "Sequential(())",
           ")(", deep}) {
    Safetensors bad = good;
    bad.metadata["architecture"] = text;
    EXPECT_THROW(from_quantized_safetensors(bad), Error) << text.substr(0, 60);
  }
}

TEST(QuantizedFile, IsAsLargeAsAnalyzeModelSizesSays) {
  const TemporaryPath file;
  const Model original{float_model("784-256-256-10").network, {}, {}};
  for (const QuantScheme scheme : kSchemes) {
    Model quantized{std::make_shared<Sequential>(*original.network), {}, {}};
    quantize_model(*quantized.network, samples(784), {.scheme = scheme});
    const SizeAnalysis sizes = analyze_model_sizes(*original.network, *quantized.network);
    save_model(file.path, original);
    EXPECT_EQ(static_cast<std::int64_t>(std::filesystem::file_size(file.path)), sizes.disk_before);
    save_quantized_model(file.path, quantized);
    EXPECT_EQ(static_cast<std::int64_t>(std::filesystem::file_size(file.path)), sizes.disk_after);
    EXPECT_GE(sizes.disk_ratio(), 3.8);
    EXPECT_EQ(sizes.bytes_saved(), sizes.disk_before - sizes.disk_after);
    EXPECT_NEAR(sizes.percent_saved(), 100 * (1 - 1 / sizes.disk_ratio()), 1e-9);
  }
}

}  // namespace
}  // namespace tinytorch
