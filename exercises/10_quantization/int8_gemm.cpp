#include "tinytorch/base/error.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

void tinytorch::kernels::int8_gemm(std::int64_t m, std::int64_t n, std::int64_t k, const std::int8_t* a,
                                   std::int32_t a_zero_point, const std::int8_t* weights, std::int32_t* sums) {
  // STEP 1: the sum of this row of weights. (a - z) · w = a · w - z · w, so all that the zero point does to a sum of
  // products is to subtract z times this number, and the loop below stays free of it.
  // STEP 2: the products of the codes, summed in 32 bits: 8 hold not even one product, 16 hold two.
  // STEP 3: take the zero point's share out.
  TT_TODO("10.4 int8_gemm");
}
