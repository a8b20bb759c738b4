#include "tinytorch/base/cpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "tinytorch/base/error.h"

namespace tinytorch::testing {
namespace {

/// Runs active_isa() under TINYTORCH_ISA=word in a process of its own, which prints the result or the error.
[[noreturn]] void print_active_isa(const char* word) {
  ::setenv("TINYTORCH_ISA", word, 1);
  try {
    std::fprintf(stderr, "active: %s\n", std::string(to_string(active_isa())).c_str());
  } catch (const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  std::fflush(stderr);
  std::_Exit(0);
}

class ForcedIsa : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};
using ForcedIsaDeathTest = ForcedIsa;

TEST_F(ForcedIsaDeathTest, TakesALesserOne) {
  EXPECT_EXIT(print_active_isa("generic"), ::testing::ExitedWithCode(0), "active: generic");
}

TEST_F(ForcedIsaDeathTest, LeftEmptyIsNotForced) {
  EXPECT_EXIT(print_active_isa(""), ::testing::ExitedWithCode(0), "active: " + std::string(to_string(detected_isa())));
}

TEST_F(ForcedIsaDeathTest, RefusesAnUnknownWordAndNamesTheKnownOnes) {
  for (const char* word : {"sse9", "AVX2", "avx2 ", "generic,avx2"}) {
    EXPECT_EXIT(print_active_isa(word), ::testing::ExitedWithCode(0),
                "error: TINYTORCH_ISA=" + std::string(word) + ": not one of generic, avx2, avx512, vnni, amx");
  }
}

TEST_F(ForcedIsaDeathTest, RefusesWhatThisCpuLacks) {
  if (detected_isa() == Isa::amx) GTEST_SKIP() << "this CPU lacks none of them";
  EXPECT_EXIT(print_active_isa("amx"), ::testing::ExitedWithCode(0),
              "error: TINYTORCH_ISA=amx: this CPU has no more than ");
}

TEST(Cpu, IsDescribed) {
  EXPECT_FALSE(cpu_model().empty());
  const bool has_avx2 = detected_isa() >= Isa::avx2;
  const std::vector<std::string> names = cpu_feature_names();
  if (has_avx2) {
    EXPECT_THAT(names, ::testing::IsSupersetOf({"avx2", "fma"}));
  }
  EXPECT_EQ(detected_isa() == Isa::amx, std::ranges::count(names, "amx-int8") == 1);
}

TEST(FlushDenormals, TurnsTinyResultsIntoZeroWhileAlive) {
#if defined(__x86_64__)
  volatile float tiny = std::numeric_limits<float>::min();
  const volatile float half = 0.5f;
  EXPECT_GT(tiny * half, 0);
  {
    const FlushDenormals guard;
    EXPECT_EQ(tiny * half, 0);
  }
  EXPECT_GT(tiny * half, 0);
#else
  GTEST_SKIP() << "no such mode is set on this CPU";
#endif
}

}  // namespace
}  // namespace tinytorch::testing
