#include "tinytorch/io/model.h"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "tests/framework/io/throws.h"
#include "tinytorch/base/file.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/nn/architecture.h"

namespace tinytorch {
namespace {

Model example(const std::string& architecture = "6-5-4", std::uint64_t seed = 1) {
  Rng rng(seed);
  return {parse_architecture(architecture, rng), {0.1307f, 0.3081f}, {{"optimizer", "adam"}, {"data", "größe"}}};
}

std::vector<std::uint32_t> bits(const Sequential& network) {
  std::vector<std::uint32_t> result;
  for (const Tensor& p : network.parameters()) {
    for (const float value : p.value().values()) result.push_back(std::bit_cast<std::uint32_t>(value));
  }
  return result;
}

TEST(Model, IsRebuiltFromTheFileAlone) {
  const TemporaryDirectory directory;
  for (const std::string architecture :
       {"6-5-4", "Sequential(Linear(6, 5, bias=false), Dropout(0.25), Sequential(GELU(), Linear(5, 4)), Softmax())",
        "Sequential(Flatten())"}) {
    const Model model = example(architecture);
    save_model(directory.path / "m", model);
    const Model loaded = load_model(directory.path / "m");
    EXPECT_EQ(loaded.network->describe(), model.network->describe());
    EXPECT_EQ(bits(*loaded.network), bits(*model.network));
    EXPECT_EQ(loaded.normalization.mean, model.normalization.mean);
    EXPECT_EQ(loaded.normalization.standard_deviation, model.normalization.standard_deviation);
    EXPECT_EQ(loaded.notes, model.notes);
    EXPECT_FALSE(loaded.network->training());
    save_model(directory.path / "again", loaded);
    EXPECT_EQ(read_file(directory.path / "again"), read_file(directory.path / "m"));
  }
}

TEST(Model, NormalizationIsExactForEveryFloat) {
  Rng rng(7);
  for (int i = 0; i < 1000; ++i) {
    Model model = example("1-1");
    const auto random_float = [&] { return std::bit_cast<float>(static_cast<std::uint32_t>(rng.next() >> 33)); };
    model.normalization = {-random_float(), random_float()};
    if (!std::isfinite(model.normalization.mean) || !std::isfinite(model.normalization.standard_deviation)) continue;
    const Model loaded = from_safetensors(to_safetensors(model));
    EXPECT_EQ(loaded.normalization.mean, model.normalization.mean);
    EXPECT_EQ(loaded.normalization.standard_deviation, model.normalization.standard_deviation);
  }
}

TEST(Model, LoadedParametersCanBeTrained) {
  const Model loaded = from_safetensors(to_safetensors(example()));
  for (const Tensor& p : loaded.network->parameters()) EXPECT_TRUE(p.requires_grad());
}

struct BadModel {
  const char* name;
  std::function<void(Safetensors&)> spoil;
  const char* message;
};
void PrintTo(const BadModel& bad, std::ostream* out) { *out << bad.name; }

class BadModels : public ::testing::TestWithParam<BadModel> {};

TEST_P(BadModels, AreRefusedWithAClearMessage) {
  Safetensors file = to_safetensors(example());
  GetParam().spoil(file);
  EXPECT_THAT([&] { from_safetensors(file); }, throws_error(GetParam().message));
}

template <class Value>
void set(Safetensors& file, const char* name, std::size_t index, Value value) {
  std::memcpy(file.tensors.at(name).bytes.data() + 4 * index, &value, 4);
}
constexpr float kInfinity = std::numeric_limits<float>::infinity();

INSTANTIATE_TEST_SUITE_P(
    All, BadModels,
    ::testing::Values(
        BadModel{
            "NoFormat", [](auto& f) { f.metadata.clear(); },
            "not a file of tinytorch, but safetensors with 4 tensors (F32 \"0.bias\" (5,), F32 \"0.weight\" (5, 6), "
            "F32 \"2.bias\" (4,), …) and no format in its metadata; tt info"},
        BadModel{"OtherFormat", [](auto& f) { f.metadata["format"] = "pt"; }, "and the format \"pt\""},
        BadModel{"EmptyFile", [](auto& f) { f = {}; }, "safetensors with 0 tensors and no format"},
        BadModel{"NewerVersion", [](auto& f) { f.metadata["format_version"] = "2"; },
                 "a newer tinytorch wrote the file"},
        BadModel{"VersionIsText", [](auto& f) { f.metadata["format_version"] = "1x"; }, "format_version is \"1x\""},
        BadModel{"NoVersion", [](auto& f) { f.metadata.erase("format_version"); }, "format_version is missing"},
        BadModel{"NoArchitecture", [](auto& f) { f.metadata.erase("architecture"); }, "architecture is missing"},
        BadModel{"UnknownLayer", [](auto& f) { f.metadata["architecture"] = "Conv(3)"; }, "unknown layer"},
        BadModel{"HugeArchitecture", [](auto& f) { f.metadata["architecture"] = "40000-50000"; },
                 "the architecture has 2000050000 parameters, but the file has only 59"},
        BadModel{"NoMean", [](auto& f) { f.metadata.erase("normalization.mean"); }, "normalization.mean is missing"},
        BadModel{"MeanIsText", [](auto& f) { f.metadata["normalization.mean"] = "0,1"; }, "is \"0,1\", not a number"},
        BadModel{"MeanIsNan", [](auto& f) { f.metadata["normalization.mean"] = "nan"; }, "is \"nan\", not a number"},
        BadModel{"ZeroDeviation", [](auto& f) { f.metadata["normalization.standard_deviation"] = "0"; },
                 "standard_deviation is 0: it must be positive"},
        BadModel{"Missing", [](auto& f) { f.tensors.erase("2.bias"); }, "tensor \"2.bias\" is missing"},
        BadModel{"Extra", [](auto& f) { f.tensors["4.weight"] = store(Array({1}, {1})); },
                 "tensor \"4.weight\" (1,) has no place in the architecture"},
        BadModel{"ExtraOfACheckpoint", [](auto& f) { f.tensors["best.0.bias"] = f.tensors["0.bias"]; },
                 "tensor \"best.0.bias\" (5,) has no place"},
        BadModel{"OtherShape",
                 [](auto& f) {
                   f.tensors["0.weight"].shape = {6, 5};
                 },
                 "tensor \"0.weight\" has shape (6, 5) where the architecture needs (5, 6)"},
        BadModel{"OtherType", [](auto& f) { f.tensors["0.weight"].dtype = DType::I32; },
                 "tensor \"0.weight\": dtype is I32 where F32 is needed"},
        BadModel{"Nan", [](auto& f) { set(f, "0.weight", 8, std::nanf("")); },
                 "tensor \"0.weight\" is nan at index (1, 2)"},
        BadModel{"Infinite", [](auto& f) { set(f, "2.bias", 3, -kInfinity); },
                 "tensor \"2.bias\" is -inf at index (3,)"}),
    [](const auto& test) { return test.param.name; });

TEST(Model, WithANanIsNotSaved) {
  const TemporaryDirectory directory;
  const Model model = example();
  Tensor weight = model.network->named_parameters().front().tensor;
  weight.mutable_value().data()[7] = std::nanf("");
  EXPECT_THAT([&] { save_model(directory.path / "m", model); }, throws_error("\"0.weight\" is nan at index (1, 1)"));
  EXPECT_FALSE(std::filesystem::exists(directory.path / "m"));
}

TEST(Model, ErrorsBeginWithThePath) {
  const TemporaryDirectory directory;
  const auto path = directory.path / "other";
  write_safetensors(path, {});
  EXPECT_THAT([&] { load_model(path); }, throws_error(path.string() + ": [model] not a file of tinytorch"));
}

}  // namespace
}  // namespace tinytorch
