#include "tinytorch/base/error.h"
#include "tinytorch/quant/integer_network.h"
#include "tinytorch/quant/scratch.h"

void tinytorch::IntegerNetwork::run(const Layer& first, const std::uint8_t* codes, std::int64_t row, std::int64_t batch,
                                    float* logits) const {
  // BEGIN SOLUTION
  Scratch& scratch = thread_scratch();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    // STEP 1: what all layers have in common: codes of the input, its zero point, the packed weights.
    const Layer& layer = i == 0 ? first : layers_[i];
    const QuantizedLinear& linear = *layer.linear;
    kernels::QgemmArgs product{.m = batch, .a = codes, .a_row = row, .a_zero = &layer.input_zero,
                               .weights = &linear.packed()};
    if (i + 1 < layers_.size()) {
      // STEP 2: between layers the sums become codes of the next layer's input, into one of two buffers in turn (the
      // other one is being read). A row there is as long as the next layer's packed weights want it.
      row = layers_[i + 1].linear->packed().k_padded;
      product.output = kernels::QgemmOutput::codes;
      product.c = Scratch::room(scratch.codes[1 + i % 2], batch * row);
      product.c_row = row;
      product.offset = layer.offset.data();
      product.multiplier = layer.multiplier.data();
      product.zero_point = layer.zero_point;
      product.lowest = layer.lowest;
      codes = static_cast<const std::uint8_t*>(product.c);
    } else {
      // STEP 3: the last layer gives real numbers: scaled back, with its bias, and the ReLU if it has one.
      product.output = kernels::QgemmOutput::reals;
      product.c = logits;
      product.c_row = linear.out_features();
      product.a_scale = &layer.input_scale;
      product.w_scale = linear.scales().data();
      product.bias = layer.bias.defined() ? layer.bias.data() : nullptr;
      product.relu = linear.has_relu();
    }
    kernels::qgemm(product);
  }
  // END SOLUTION
}
