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

/// The first row that may run where `best` is the best: tables list the best first and generic last, and generic always
/// may. Rows are Row<Function>, or any struct with an isa.
template <class AnyRow>
const AnyRow& choose(std::span<const AnyRow> table, Isa best = active_isa()) {
  for (const AnyRow& row : table) {
    if (row.isa <= best) return row;
  }
  return table.back();
}

}  // namespace tinytorch::kernels
