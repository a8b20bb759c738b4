#include "tinytorch/base/error.h"
#include "tinytorch/kernels/qgemm/qgemm.h"

void tinytorch::kernels::int8_gemm(std::int64_t m, std::int64_t n, std::int64_t k, const std::int8_t* a,
                                   std::int32_t a_zero_point, const std::int8_t* weights, std::int32_t* sums) {
  // BEGIN SOLUTION
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int8_t* w = weights + j * k;
    // STEP 1: the sum of this row of weights. (a - z) · w = a · w - z · w, so all that the zero point does to a sum of
    // products is to subtract z times this number, and the loop below stays free of it.
    std::int32_t w_sum = 0;
    for (std::int64_t p = 0; p < k; ++p) w_sum += w[p];
    for (std::int64_t i = 0; i < m; ++i) {
      // STEP 2: the products of the codes, summed in 32 bits: 8 hold not even one product, 16 hold two.
      std::int32_t sum = 0;
      for (std::int64_t p = 0; p < k; ++p) sum += a[i * k + p] * w[p];
      // STEP 3: take the zero point's share out.
      sums[i * n + j] = sum - a_zero_point * w_sum;
    }
  }
  // END SOLUTION
}
