#include "tinytorch/base/rng.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

namespace tinytorch {
namespace {

std::uint64_t splitmix64(std::uint64_t& x) {
  std::uint64_t z = (x += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t x = stream;
  x = seed ^ splitmix64(x);  // two rounds, so that (seed, stream) and (stream, seed) differ
  for (std::uint64_t& word : state_) word = splitmix64(x);
}

std::uint64_t Rng::next() {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

float Rng::uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }

float Rng::uniform(float low, float high) {
  const float x = low + (high - low) * uniform();
  return x < high ? x : low;  // rounding may reach high
}

float Rng::normal() {
  const double u = (static_cast<double>(next() >> 11) + 1) * 0x1p-53;  // in (0, 1]: its logarithm is finite
  const double v = static_cast<double>(next() >> 11) * 0x1p-53;
  return static_cast<float>(std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v));
}

std::uint64_t Rng::below(std::uint64_t bound) {
  // The lowest 2^64 mod bound numbers are drawn again: what is left divides evenly.
  const std::uint64_t excess = (0 - bound) % bound;
  std::uint64_t x = next();
  while (x < excess) x = next();
  return x % bound;
}

void Rng::shuffle(std::span<std::int64_t> items) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
}

}  // namespace tinytorch
