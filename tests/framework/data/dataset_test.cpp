#include "tinytorch/data/dataset.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>

#include "tests/framework/message_of.h"
#include "tinytorch/base/temporary_directory.h"
#include "tinytorch/data/idx.h"

namespace tinytorch {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::message_of;
using Bytes = std::vector<std::uint8_t>;

const std::string kTrainImages = "train-images-idx3-ubyte", kTrainLabels = "train-labels-idx1-ubyte";
const std::string kTestImages = "t10k-images-idx3-ubyte", kTestLabels = "t10k-labels-idx1-ubyte";

/// Three training and two test images of 2×2, half of the files plain and half .gz.
void write_small(const fs::path& directory) {
  fs::create_directories(directory);
  write_idx(directory / (kTrainImages + ".gz"), {{3, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255}});
  write_idx(directory / kTrainLabels, {{3}, {0, 9, 5}});
  write_idx(directory / kTestImages, {{2, 2, 2}, {1, 1, 1, 1, 2, 2, 2, 2}});
  write_idx(directory / (kTestLabels + ".gz"), {{2}, {1, 2}});
}

/// Sets an environment variable and the current directory for one test.
struct Surroundings {
  explicit Surroundings(const fs::path& data, const fs::path& directory) : old_directory(fs::current_path()) {
    if (const char* value = std::getenv("TINYTORCH_DATA")) old_data = value;
    ::setenv("TINYTORCH_DATA", data.c_str(), 1);
    fs::current_path(directory);
  }
  ~Surroundings() {
    ::setenv("TINYTORCH_DATA", old_data.c_str(), 1);  // empty counts as not set
    fs::current_path(old_directory);
  }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;
  std::string old_data;
  fs::path old_directory;
};

TEST(Dataset, LoadsTheFourFilesPlainOrGzip) {
  const TemporaryDirectory directory;
  write_small(directory.path / "small");
  const DataSplits splits = load_idx_directory(directory.path / "small/");
  EXPECT_EQ(splits.train.name, "small train");
  EXPECT_EQ(splits.test.name, "small test");
  EXPECT_EQ(splits.train.size(), 3);
  EXPECT_EQ(splits.train.height, 2);
  EXPECT_EQ(splits.train.width, 2);
  EXPECT_EQ(splits.train.classes, 10);
  EXPECT_EQ(splits.train.labels, (Bytes{0, 9, 5}));
  EXPECT_THAT(splits.train.image(2), ::testing::ElementsAre(8, 9, 10, 255));
  EXPECT_THAT(splits.test.image(1), ::testing::ElementsAre(2, 2, 2, 2));
}

TEST(Dataset, HasNoImageOutsideItsRange) {
  const TemporaryDirectory directory;
  write_small(directory.path);
  const Dataset data = load_idx_directory(directory.path).train;
  EXPECT_THAT(message_of([&] { data.image(3); }), HasSubstr("image 3 of"));
  EXPECT_THAT(message_of([&] { data.image(-1); }), HasSubstr("there are 3, counted from 0"));
}

TEST(Dataset, FirstCopiesTheBeginning) {
  const TemporaryDirectory directory;
  write_small(directory.path);
  const Dataset data = load_idx_directory(directory.path).train;
  const Dataset two = data.first(2);
  EXPECT_EQ(two.labels, (Bytes{0, 9}));
  EXPECT_EQ(two.pixels, (Bytes{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(two.features(), 4);
  EXPECT_EQ(data.first(100).pixels, data.pixels);
  EXPECT_EQ(data.first(0).size(), 0);
  EXPECT_THROW(data.first(-1), Error);
}

TEST(Dataset, NamesTheFileThatIsMissing) {
  for (const std::string& name : {kTrainImages + ".gz", kTrainLabels, kTestImages, kTestLabels + ".gz"}) {
    const TemporaryDirectory directory;
    write_small(directory.path);
    EXPECT_TRUE(has_idx_files(directory.path));
    fs::remove(directory.path / name);
    EXPECT_FALSE(has_idx_files(directory.path));
    EXPECT_THAT(message_of([&] { load_idx_directory(directory.path); }),
                AllOf(HasSubstr((directory.path / fs::path(name).stem()).string()), HasSubstr("tt data fetch mnist")));
  }
}

TEST(Dataset, NamesTheFileThatIsWrong) {
  const TemporaryDirectory directory;
  const auto error_after_writing = [&](const std::string& name, const IdxArray& array) {
    write_small(directory.path);
    fs::remove(directory.path / (name + ".gz"));
    write_idx(directory.path / name, array);
    return message_of([&] { load_idx_directory(directory.path); });
  };
  EXPECT_THAT(error_after_writing(kTrainLabels, {{3}, {0, 10, 5}}),
              HasSubstr(kTrainLabels + ": label 10 of image 1 is not a digit"));
  EXPECT_THAT(error_after_writing(kTrainLabels, {{2}, {0, 1}}),
              AllOf(HasSubstr(kTrainImages + ".gz: 3 images, but 2 labels in "), HasSubstr(kTrainLabels)));
  EXPECT_THAT(error_after_writing(kTrainLabels, {{3, 1}, {0, 1, 2}}), HasSubstr(kTrainLabels + ": shape (3, 1)"));
  write_idx(directory.path / kTrainLabels, {{3}, {0, 9, 5}});
  EXPECT_THAT(error_after_writing(kTestImages, {{2, 4}, Bytes(8)}),
              HasSubstr(kTestImages + ": shape (2, 4) instead of"));
  EXPECT_THAT(error_after_writing(kTestImages, {{0, 2, 2}, {}}),
              HasSubstr(kTestImages + ": shape (0, 2, 2): no images"));
  EXPECT_THAT(error_after_writing(kTestImages, {{2, 0, 2}, {}}), HasSubstr("no images"));
  EXPECT_THAT(error_after_writing(kTestImages, {{2, 1, 4}, Bytes(8)}),
              HasSubstr("training images are (2, 2), test images (1, 4)"));
}

TEST(Normalization, IsMeanAndDeviationOfAllPixels) {
  Dataset data{"two", 1, 2, 10, {0, 255, 255, 255}, {0, 1}};
  const Normalization measured = measure_normalization(data);
  EXPECT_EQ(measured.mean, 0.75f);
  EXPECT_EQ(measured.standard_deviation, static_cast<float>(std::sqrt(3.0) / 4));
  // The kernel's two numbers say the same as the formula: (255 / 255 - mean) / deviation. They are rounded twice.
  EXPECT_NEAR(255 * measured.scale() + measured.shift(), 0.25 / (std::sqrt(3.0) / 4), 1e-6);
}

TEST(Normalization, IsExactWhereFloatSumsAreNot) {
  Dataset data{"long", 1, 1 << 24, 10, Bytes(std::size_t{1} << 24, 1), {0}};
  data.pixels.resize(data.pixels.size() * 2, 3);
  data.labels.push_back(0);
  const Normalization measured = measure_normalization(data);
  EXPECT_EQ(measured.mean, static_cast<float>(2.0 / 255));
  EXPECT_EQ(measured.standard_deviation, static_cast<float>(1.0 / 255));
}

TEST(Normalization, OfEqualPixelsDividesByOne) {
  EXPECT_EQ(measure_normalization({"flat", 1, 2, 10, {51, 51}, {0}}).standard_deviation, 1.0f);
  EXPECT_THROW(measure_normalization({}), Error);
}

TEST(FindMnist, LooksWhereItWasToldThenInTheVariableThenUpwards) {
  const TemporaryDirectory root;
  const fs::path base = fs::canonical(root.path);
  write_small(base / "given");
  write_small(base / "variable");
  write_small(base / "home" / "datasets" / "mnist");
  fs::create_directories(base / "home" / "a" / "b");
  {
    const Surroundings surroundings(base / "variable", base / "home" / "a" / "b");
    EXPECT_EQ(find_mnist(base / "given"), base / "given");
    EXPECT_EQ(find_mnist(), base / "variable");
  }
  fs::rename(base / "variable", base / "mnist");
  {
    const Surroundings surroundings(base, base / "home" / "a" / "b");
    EXPECT_EQ(find_mnist(), base / "mnist");
  }
  const Surroundings surroundings("", base / "home" / "a" / "b");
  EXPECT_EQ(find_mnist(), base / "home" / "datasets" / "mnist");
  fs::remove(base / "home" / "datasets" / "mnist" / kTestImages);
  EXPECT_TRUE(find_mnist().empty());
  EXPECT_THAT(message_of([&] { find_mnist(base / "nowhere"); }), HasSubstr((base / "nowhere" / kTrainImages).string()));
}

TEST(Mnist, HasItsKnownSizeAndNormalization) {
  const fs::path directory = std::getenv("TINYTORCH_DATA") ? find_mnist() : fs::path();
  if (directory.empty()) GTEST_SKIP() << "MNIST is not there; set TINYTORCH_DATA to its directory";
  const DataSplits mnist = load_idx_directory(directory);
  EXPECT_EQ(mnist.train.size(), 60000);
  EXPECT_EQ(mnist.test.size(), 10000);
  EXPECT_EQ(mnist.train.features(), 784);
  EXPECT_NEAR(measure_normalization(mnist.train).mean, 0.1307, 5e-5);  // as published, to four places
  EXPECT_NEAR(measure_normalization(mnist.train).standard_deviation, 0.3081, 5e-5);
}

}  // namespace
}  // namespace tinytorch
