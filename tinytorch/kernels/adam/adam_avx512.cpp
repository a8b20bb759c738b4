#include "tinytorch/kernels/adam/adam.h"
#include "tinytorch/kernels/adam/adam_simd.h"
#include "tinytorch/kernels/simd_avx512.h"

void tinytorch::kernels::adam_step_avx512(const AdamArgs& args) noexcept { step_all<Avx512>(args); }
