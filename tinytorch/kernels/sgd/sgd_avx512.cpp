#include "tinytorch/kernels/sgd/sgd.h"
#include "tinytorch/kernels/sgd/sgd_simd.h"
#include "tinytorch/kernels/simd_avx512.h"

void tinytorch::kernels::sgd_step_avx512(const SgdArgs& args) noexcept { step_all<Avx512>(args); }
