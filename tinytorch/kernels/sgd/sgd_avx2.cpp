#include "tinytorch/kernels/sgd/sgd.h"
#include "tinytorch/kernels/sgd/sgd_simd.h"
#include "tinytorch/kernels/simd_avx2.h"

void tinytorch::kernels::sgd_step_avx2(const SgdArgs& args) noexcept { step_all<Avx2>(args); }
