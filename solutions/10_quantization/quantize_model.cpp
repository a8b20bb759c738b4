#include "tinytorch/base/error.h"
#include "tinytorch/quant/pipeline.h"

tinytorch::QuantReport tinytorch::quantize_model(Sequential& model, const Tensor& calibration_data,
                                                 const QuantConfig& config) {
  // BEGIN SOLUTION
  // STEP 1: find the Linear layers and put an observer before each (prepare). It refuses a model without any, or one
  // that is quantized already.
  Calibration calibration = prepare(model, config);
  // STEP 2: let the observers see what enters each layer when the float model runs over the samples (calibrate). Static
  // quantization cannot do without: an Error that says that calibration samples are missing.
  if (calibration_data.defined()) {
    calibrate(model, calibration, calibration_data);
  } else if (config.scheme == QuantScheme::static_) {
    throw Error("[quantize_model] static quantization needs calibration data: some hundred rows of the training set");
  }
  // STEP 3: exchange the layers (convert) and return its report.
  return convert(model, calibration, config);
  // END SOLUTION
}
