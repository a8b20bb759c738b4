#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tinytorch/kernels/dispatch.h"

namespace tinytorch::kernels {

/// Every instruction set that a kernel's table has a row for.
template <class Function>
std::vector<Isa> isas_of(std::span<const Row<Function>> table) {
  std::vector<Isa> isas;
  for (const Row<Function>& row : table) isas.push_back(row.isa);
  return isas;
}

template <class Function>
Function function_of(std::span<const Row<Function>> table, Isa isa) {
  for (const Row<Function>& row : table) {
    if (row.isa == isa) return row.function;
  }
  return nullptr;
}

/// Tests that run once per row of a table, and say so where this CPU cannot run one.
class RowTest : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override {
    if (GetParam() > detected_isa()) GTEST_SKIP() << "this CPU has no " << to_string(GetParam());
  }
};

inline std::string name_of(const testing::TestParamInfo<Isa>& info) { return std::string(to_string(info.param)); }

}  // namespace tinytorch::kernels
