// Weighs models: a program of its own, because it counts what every operator new and delete moves.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "tinytorch/base/sanitized.h"
#include "tinytorch/nn/architecture.h"
#include "tinytorch/quant/pipeline.h"

namespace {

std::atomic<std::int64_t> live_bytes = 0;

/// The size asked for stands in front of the block.
constexpr std::size_t kFront = 64;

void* take(std::size_t size, std::size_t alignment) {
  const std::size_t front = std::max(kFront, alignment);
  void* block = std::aligned_alloc(front, (size + 2 * front - 1) / front * front);
  if (block == nullptr) throw std::bad_alloc();
  auto* data = static_cast<char*>(block) + front;
  reinterpret_cast<std::size_t*>(data)[-1] = size;
  reinterpret_cast<std::size_t*>(data)[-2] = front;
  live_bytes += static_cast<std::int64_t>(size);
  return data;
}

void give_back(void* data) noexcept {
  if (data == nullptr) return;
  live_bytes -= static_cast<std::int64_t>(static_cast<std::size_t*>(data)[-1]);
  std::free(static_cast<char*>(data) - static_cast<std::size_t*>(data)[-2]);
}

}  // namespace

void* operator new(std::size_t size) { return take(size, kFront); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take(size, static_cast<std::size_t>(alignment));
}
// All forms, and not some: sanitizers bring their own for the ones that are missing, which do not go together with
// these.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size, kFront); }
void* operator new[](std::size_t size) { return take(size, kFront); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size, kFront); }
void operator delete[](void* p) noexcept { give_back(p); }
void operator delete[](void* p, std::size_t) noexcept { give_back(p); }
void operator delete(void* p) noexcept { give_back(p); }
void operator delete(void* p, std::size_t) noexcept { give_back(p); }
void operator delete(void* p, std::align_val_t) noexcept { give_back(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { give_back(p); }

namespace tinytorch {
namespace {

/// Objects, names and shapes around the numbers: some hundred bytes for each layer.
constexpr std::int64_t kAround = 2048;

/// Bytes that `make`'s result holds on to.
template <class Make>
std::int64_t weigh(Make make) {
  make();  // what is set up once, and kept
  release_cached_memory();
  const std::int64_t before = live_bytes;
  const auto result = make();
  release_cached_memory();
  return live_bytes - before;
}

TEST(Weight, AQuantizedLinearHoldsNoFloatWeights) {
  Rng rng(1);
  const Linear linear(784, 128, rng);
  for (const QuantScheme scheme : {QuantScheme::weight_only, QuantScheme::dynamic}) {
    std::int64_t says = 0;
    const std::int64_t bytes = weigh([&] {
      auto layer = std::make_shared<QuantizedLinear>(linear, QuantConfig{.scheme = scheme});
      says = layer->memory_usage().total();
      return layer;
    });
    EXPECT_GE(bytes, says);
    EXPECT_LE(bytes, says + kAround);
    EXPECT_LT(bytes, 784 * 128 * 5 / 4);  // float weights alone are four times 784 · 128
  }
}

TEST(Weight, RunningItTakesNoMoreForGood) {
  Rng rng(1);
  QuantizedLinear layer{Linear(784, 128, rng)};
  const Tensor x(Array({1, 784}, 1.0f));
  layer.forward(x);
  release_cached_memory();
  const std::int64_t before = live_bytes;
  for (int i = 0; i < 10; ++i) layer.forward(x);
  release_cached_memory();
  EXPECT_EQ(live_bytes, before);
}

TEST(Weight, AnalyzeModelSizesSaysWhatTheAllocatorDoes) {
  if (kSanitized) GTEST_SKIP() << "with AddressSanitizer blocks are as small as their arrays, so that it sees their ends";
  for (const char* text : {"784-256-256-10", "784-128-10", "3-5-2"}) {
    const auto make = [&] {
      Rng rng(1);
      return parse_architecture(text, rng);
    };
    for (const QuantScheme scheme : {QuantScheme::weight_only, QuantScheme::dynamic, QuantScheme::static_}) {
      const auto original = make();
      const Tensor x(Array({2, original->parameters()[0].dim(1)}, 1.0f));
      const auto quantize = [&] {
        auto model = make();
        quantize_model(*model, x, {.scheme = scheme});
        return model;
      };
      const SizeAnalysis sizes = analyze_model_sizes(*original, *quantize());
      const std::int64_t floats = weigh(make), codes = weigh(quantize);
      const std::int64_t layers = static_cast<std::int64_t>(original->modules().size());
      EXPECT_GE(floats, sizes.memory_before);
      EXPECT_LE(floats, sizes.memory_before + layers * kAround);
      EXPECT_GE(codes, sizes.memory_after) << to_string(scheme);
      EXPECT_LE(codes, sizes.memory_after + layers * kAround) << to_string(scheme);
    }
  }
}

}  // namespace
}  // namespace tinytorch
