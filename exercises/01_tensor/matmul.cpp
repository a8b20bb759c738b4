#include "tinytorch/base/error.h"
#include "tinytorch/kernels/sgemm/sgemm.h"

void tinytorch::kernels::sgemm_generic(const SgemmArgs& args) {
  // STEP 1: a row of C starts from zero, or from what it holds when the product is to be added to it.
  // STEP 2: add a(i, p) times row p of B to it, for every p. Of the six orders of the three loops, i-p-j runs along
  // rows of B and C, that is, through neighbours in memory.
  // STEP 3: the bias, then the rectifier, while the row is still in the cache. A NaN stays a NaN.
  TT_TODO("01.5 matmul");
}
