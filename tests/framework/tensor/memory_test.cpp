#include "tinytorch/tensor/memory.h"

#include "tests/framework/tensor/oracle.h"
#include "tinytorch/base/error.h"
#include "tinytorch/base/sanitized.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch::testing {
namespace {

TEST(Memory, ATrainingStepAllocatesNothingAfterTheFirst) {
  if (kSanitized)
    GTEST_SKIP() << "with AddressSanitizer freed blocks go back to the system, so that it sees their misuse";
  Rng rng(1);
  Tensor w1 = normal({32, 20}, 0, 0.1f, rng), b1 = zeros({32}), w2 = normal({10, 32}, 0, 0.1f, rng), b2 = zeros({10});
  const Tensor x = normal({64, 20}, 0, 1, rng);
  std::vector<Tensor> parameters{w1, b1, w2, b2};
  for (Tensor& p : parameters) p.set_requires_grad(true);
  const auto step = [&] {
    mean(square(log_softmax(linear(linear(x, w1, b1, true), w2, b2)))).backward();
    for (Tensor& p : parameters) {
      add_in_place(p.mutable_value(), scale(p.grad(), -0.01f));
      p.zero_grad();
    }
  };
  step();
  step();
  const ArrayMemory before = array_memory();
  for (int i = 0; i < 50; ++i) step();
  const ArrayMemory after = array_memory();
  EXPECT_EQ(after.system_allocations, before.system_allocations);
  EXPECT_EQ(after.in_use, before.in_use);
  EXPECT_EQ(after.blocks_in_use, before.blocks_in_use);
  EXPECT_EQ(after.cached, before.cached);
}

TEST(Memory, IsCountedAndReleased) {
  release_cached_memory();
  const ArrayMemory before = array_memory();
  EXPECT_EQ(before.cached, 0u);
  {
    const Array a(Shape{1000});
    EXPECT_GE(array_memory().in_use, before.in_use + 4000);
    EXPECT_LE(array_memory().in_use, before.in_use + 5000);  // a block is at most a quarter larger than asked for
    EXPECT_EQ(array_memory().blocks_in_use, before.blocks_in_use + 1);
  }
  EXPECT_EQ(array_memory().in_use, before.in_use);
  EXPECT_EQ(array_memory().cached > 0, !kSanitized);
  release_cached_memory();
  EXPECT_EQ(array_memory().cached, 0u);
}

TEST(Memory, OfEverySizeHoldsItsElementsAndWastesAQuarterAtMost) {
  // Each block is written from end to end: AddressSanitizer would see one that is too short.
  for (std::int64_t count{}; count < 5000; count = count < 70 ? count + 1 : count + count / 7) {
    const std::uint64_t before = array_memory().in_use;
    Array a(Shape{count}, 1.0f);
    const auto bytes = static_cast<std::uint64_t>(count) * sizeof(float), taken = array_memory().in_use - before;
    EXPECT_GE(taken, bytes);
    EXPECT_LE(taken, std::max<std::uint64_t>(bytes + bytes / 4, bytes + 64)) << count;
  }
}

TEST(Memory, GivesABlockToOneOwnerAtATime) {
  std::vector<Array> held;
  Rng rng(2);
  for (int i = 0; i < 2000; ++i) {
    if (held.size() > 50) held.erase(held.begin() + static_cast<std::ptrdiff_t>(rng.below(held.size())));
    held.emplace_back(Shape{static_cast<std::int64_t>(rng.below(300))}, static_cast<float>(i));
    for (const Array& a : held) {
      if (a.size() == 0) continue;
      ASSERT_EQ(a.data()[0], a.data()[a.size() - 1]);
    }
  }
}

TEST(Memory, ThatTheSystemDoesNotHaveIsAnError) {
  if (kSanitized) GTEST_SKIP() << "AddressSanitizer ends the program instead";
  EXPECT_THROW(Array(Shape{std::int64_t{1} << 55}), Error);
}

}  // namespace
}  // namespace tinytorch::testing
