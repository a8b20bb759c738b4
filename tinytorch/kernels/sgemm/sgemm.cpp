#include "tinytorch/kernels/sgemm/sgemm.h"

namespace tinytorch::kernels {

std::span<const Row<SgemmFunction>> sgemm_table() {
  static constexpr Row<SgemmFunction> kTable[] = {
      {Isa::generic, sgemm_generic},
  };
  return kTable;
}

void sgemm(const SgemmArgs& args) { choose(sgemm_table()).function(args); }

}  // namespace tinytorch::kernels
