#pragma once
#include <span>

#include "tinytorch/base/cpu.h"

namespace tinytorch::kernels {

/// One implementation of a kernel and the instruction set it needs.
template <class Function>
struct Row {
  Isa isa;
  Function function;
};

/// The first row that may run: tables list the best first and generic last, and generic always may.
template <class Function>
const Row<Function>& choose(std::span<const Row<Function>> table) {
  const Isa best = active_isa();
  for (const Row<Function>& row : table) {
    if (row.isa <= best) return row;
  }
  return table.back();
}

}  // namespace tinytorch::kernels
