#include "tinytorch/base/error.h"
#include "tinytorch/quant/integer_network.h"
#include "tinytorch/quant/scratch.h"

void tinytorch::IntegerNetwork::run(const Layer& first, const std::uint8_t* codes, std::int64_t row, std::int64_t batch,
                                    float* logits) const {
  // STEP 1: what all layers have in common: codes of the input, its zero point, the packed weights.
  // STEP 2: between layers the sums become codes of the next layer's input, into one of two buffers in turn (the
  // other one is being read). A row there is as long as the next layer's packed weights want it.
  // STEP 3: the last layer gives real numbers: scaled back, with its bias, and the ReLU if it has one.
  TT_TODO("11.6 integer_network");
}
