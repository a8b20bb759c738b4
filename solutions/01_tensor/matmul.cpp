#include "tinytorch/base/error.h"
#include "tinytorch/kernels/sgemm/sgemm.h"

void tinytorch::kernels::sgemm_generic(const SgemmArgs& args) {
  // BEGIN SOLUTION
  for (std::int64_t i = 0; i < args.m; ++i) {
    float* c = args.c + i * args.c_row;
    // STEP 1: a row of C starts from zero, or from what it holds when the product is to be added to it.
    for (std::int64_t j = 0; j < args.n && !args.accumulate; ++j) c[j] = 0;
    // STEP 2: add a(i, p) times row p of B to it, for every p. Of the six orders of the three loops, i-p-j runs along
    // rows of B and C, that is, through neighbours in memory.
    for (std::int64_t p = 0; p < args.k; ++p) {
      const float a = args.a[i * args.a_row + p * args.a_col];
      const float* b = args.b + p * args.b_row;
      if (args.b_col == 1) {  // the usual case apart: a step that the compiler knows lets it use vectors
        for (std::int64_t j = 0; j < args.n; ++j) c[j] += a * b[j];
      } else {
        for (std::int64_t j = 0; j < args.n; ++j) c[j] += a * b[j * args.b_col];
      }
    }
    // STEP 3: the bias, then the rectifier, while the row is still in the cache. A NaN stays a NaN.
    for (std::int64_t j = 0; j < args.n && args.bias != nullptr; ++j) c[j] += args.bias[j];
    for (std::int64_t j = 0; j < args.n && args.relu; ++j) c[j] = c[j] < 0 ? 0 : c[j];
  }
  // END SOLUTION
}
