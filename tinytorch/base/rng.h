#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace tinytorch {

/// Random numbers that are the same on every machine and compiler: xoshiro256++ seeded through SplitMix64.
/// Whatever draws in this library takes an Rng& or a seed; there is no hidden global state.
/// Source: Blackman and Vigna 2021, "Scrambled Linear Pseudorandom Number Generators".
class Rng {
 public:
  using State = std::array<std::uint64_t, 4>;

  /// The same seed and stream give the same numbers; other streams of one seed are independent.
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0);

  std::uint64_t next();                      ///< 64 random bits
  float uniform();                           ///< in [0, 1), 24 random bits
  float uniform(float low, float high);      ///< in [low, high)
  float normal();                            ///< mean 0, standard deviation 1 (Box-Muller)
  std::uint64_t below(std::uint64_t bound);  ///< in [0, bound), without bias; bound > 0
  void shuffle(std::span<std::int64_t> items);

  const State& state() const { return state_; }  ///< all there is to save
  void set_state(const State& state) { state_ = state; }

 private:
  State state_;
};

}  // namespace tinytorch
