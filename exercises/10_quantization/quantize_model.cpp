#include "tinytorch/base/error.h"
#include "tinytorch/quant/pipeline.h"

tinytorch::QuantReport tinytorch::quantize_model(Sequential& model, const Tensor& calibration_data,
                                                 const QuantConfig& config) {
  // STEP 1: find the Linear layers and put an observer before each (prepare). It refuses a model without any, or one
  // that is quantized already.
  // STEP 2: let the observers see what enters each layer when the float model runs over the samples (calibrate). Static
  // quantization cannot do without: an Error that says that calibration samples are missing.
  // STEP 3: exchange the layers (convert) and return its report.
  TT_TODO("10.7 quantize_model");
}
