#include "tinytorch/kernels/adam/adam.h"
#include "tinytorch/kernels/adam/adam_simd.h"
#include "tinytorch/kernels/simd_avx2.h"

void tinytorch::kernels::adam_step_avx2(const AdamArgs& args) noexcept { step_all<Avx2>(args); }
