#include "tinytorch/quant/pipeline.h"

#include <algorithm>
#include <limits>

#include "tinytorch/base/error.h"
#include "tinytorch/quant/calibration.h"
#include "tinytorch/quant/layer_report.h"
#include "tinytorch/tensor/ops.h"

namespace tinytorch {
namespace {

void flatten_into(const Sequential& model, std::vector<std::size_t>& path, std::vector<FlatModule>& result) {
  for (std::size_t i = 0; i < model.modules().size(); ++i) {
    path.push_back(i);
    const ModulePtr& module = model.modules()[i];
    if (const auto* inner = dynamic_cast<const Sequential*>(module.get())) {
      flatten_into(*inner, path, result);
    } else {
      result.push_back({path, module});
    }
    path.pop_back();
  }
}

/// Layers of a model that do something at inference.
std::vector<FlatModule> without_dropout(const Sequential& model) {
  std::vector<FlatModule> flat = flatten(model);
  std::erase_if(flat, [](const FlatModule& m) { return exactly<Dropout>(m.module) != nullptr; });
  return flat;
}

/// Says in which layer an Error arose.
template <class Function>
auto in_layer(const std::string& stage, const std::vector<std::size_t>& path, Function function) {
  try {
    return function();
  } catch (const NotImplemented&) {
    throw;
  } catch (const Error& error) {
    throw Error("[" + stage + "] layer " + to_string(path) + ": " + error.what());
  }
}

/// Puts an IntegerNetwork in the place of neighbouring quantized layers; why it could not is a remark.
std::vector<ModulePtr> chained(const std::vector<ModulePtr>& modules, QuantReport& report) {
  std::vector<ModulePtr> result;
  std::size_t layer = 0;  // index in the report
  for (std::size_t i = 0; i < modules.size();) {
    std::vector<std::shared_ptr<QuantizedLinear>> run;
    while (i < modules.size() && exactly<QuantizedLinear>(modules[i]))
      run.push_back(exactly<QuantizedLinear>(modules[i++]));
    if (run.empty()) {
      result.push_back(modules[i++]);
      continue;
    }
    try {
      if (run.size() > 1) {
        result.push_back(std::make_shared<IntegerNetwork>(run));
      } else {
        result.push_back(run.front());
      }
    } catch (const NotImplemented&) {
      throw;
    } catch (const Error& error) {
      report.layers[layer].remarks.push_back(std::string("runs with floats between the layers: ") + error.what());
      result.insert(result.end(), run.begin(), run.end());
    }
    layer += run.size();
  }
  return result;
}

}  // namespace

std::vector<FlatModule> flatten(const Sequential& model) {
  std::vector<FlatModule> result;
  std::vector<std::size_t> path;
  flatten_into(model, path, result);
  return result;
}

std::string to_string(const std::vector<std::size_t>& path) {
  std::string text;
  for (const std::size_t i : path) {
    if (!text.empty()) text += '.';
    text += std::to_string(i);
  }
  return text;
}

std::vector<FusedPlace> fuse(const Sequential& model) {
  const std::vector<FlatModule> flat = without_dropout(model);
  std::vector<FusedPlace> places;
  for (std::size_t i = 0; i < flat.size(); ++i) {
    if (!exactly<Linear>(flat[i].module)) continue;
    places.push_back({flat[i].path, i + 1 < flat.size() && exactly<ReLU>(flat[i + 1].module) != nullptr});
  }
  return places;
}

Calibration prepare(const Sequential& model, const QuantConfig& config) {
  for (const auto& [path, module] : flatten(model)) {
    if (exactly<QuantizedLinear>(module) || exactly<IntegerNetwork>(module)) {
      throw Error("[quantize_model] the model is quantized already: layer " + to_string(path) + " is " +
                  module->describe());
    }
    if (const auto linear = exactly<Linear>(module)) {
      in_layer("quantize_model", path, [&] { return finite_range(linear->weight().value(), "weight"); });
    }
  }
  Calibration calibration;
  calibration.places = fuse(model);
  if (calibration.places.empty()) {
    throw Error("[quantize_model] no Linear layers in " + model.describe() + ": there is nothing to quantize");
  }
  for (std::size_t i = 0; i < calibration.places.size(); ++i) {
    calibration.observers.push_back(make_observer(config.observer));
  }
  calibration.inputs.resize(calibration.places.size());
  return calibration;
}

void observe_input(Calibration& calibration, std::size_t place, const FlatModule& layer, const Tensor& x) {
  const auto linear = exactly<Linear>(layer.module);
  if (x.rank() != 2 || x.dim(1) != linear->in_features()) {
    throw Error("[calibrate] layer " + to_string(layer.path) + " takes " + std::to_string(linear->in_features()) +
                " features, but the samples give it " + to_string(x.shape()));
  }
  in_layer("calibrate", layer.path, [&] { calibration.observers.at(place)->observe(x.value()); });
  if (!calibration.inputs[place].defined()) calibration.inputs[place] = x.value();
}

void count_batch(Calibration& calibration, const Tensor& batch, const Tensor& output) {
  calibration.samples += batch.dim(0);
  if (calibration.model_input.defined()) return;
  calibration.model_input = batch.value();
  calibration.model_output = output.value();
}

QuantReport convert(Sequential& model, const Calibration& calibration, const QuantConfig& config) {
  const std::vector<FlatModule> flat = flatten(model);
  QuantReport report{.config = config, .layers = {}, .skipped = {}, .calibration_samples = calibration.samples};
  std::vector<ModulePtr> modules;
  bool relu_is_fused = false;
  for (const auto& [path, module] : flat) {
    const auto linear = exactly<Linear>(module);
    if (exactly<Dropout>(module)) {
      report.skipped.emplace_back(to_string(path), module->describe() + ": does nothing at inference, left out");
    } else if (linear == nullptr) {
      const bool fused = relu_is_fused;
      relu_is_fused = false;
      if (fused) continue;
      report.skipped.emplace_back(to_string(path), module->describe() + ": has no weights, runs in float32");
      modules.push_back(module);
    } else {
      const std::size_t index = report.layers.size();
      if (index >= calibration.places.size() || calibration.places[index].path != path) {
        throw Error("[convert] layer " + to_string(path) +
                    " was not prepared: this is not the model of the calibration");
      }
      const bool relu = calibration.places[index].relu;
      const Observer& observer = *calibration.observers[index];
      in_layer("convert", path, [&] {
        const auto quantized = std::make_shared<QuantizedLinear>(*linear, config, relu);
        if (config.scheme == QuantScheme::static_) {
          const Range range = observer.range();
          quantized->set_input_qparams(choose_qparams(range.low, range.high, Symmetry::asymmetric, kKernelCodes));
        }
        report.layers.push_back(report_layer(*linear, *quantized, observer, calibration.inputs[index]));
        modules.push_back(quantized);
      });
      report.layers.back().name = to_string(path);
      relu_is_fused = relu;
    }
  }
  if (config.scheme == QuantScheme::static_ && config.chain) modules = chained(modules, report);

  Sequential quantized(modules);
  quantized.set_training(false);
  report.output_sqnr = std::numeric_limits<double>::quiet_NaN();
  if (calibration.model_input.defined()) {
    const Tensor output = quantized.forward(Tensor(calibration.model_input));
    report.output_sqnr = sqnr_db(calibration.model_output, output.value());
  }
  model = quantized;
  return report;
}

std::vector<NamedQuantizedLinear> quantized_layers(const Sequential& model) {
  std::vector<NamedQuantizedLinear> result;
  for (const auto& [path, module] : flatten(model)) {
    if (auto layer = exactly<QuantizedLinear>(module)) result.push_back({to_string(path), layer});
    if (const auto chain = exactly<IntegerNetwork>(module)) {
      for (std::size_t i = 0; i < chain->linears().size(); ++i) {
        result.push_back({to_string(path) + "." + std::to_string(i), chain->linears()[i]});
      }
    }
  }
  return result;
}

std::vector<LayerQuantReport> compare_layers(Sequential& original, const Sequential& quantized, const Tensor& samples) {
  Calibration calibration = prepare(original, {});
  const std::vector<NamedQuantizedLinear> layers = quantized_layers(quantized);
  if (layers.size() != calibration.places.size()) {
    throw Error("[compare_layers] the float model has " + std::to_string(calibration.places.size()) +
                " Linear layers, the quantized one " + std::to_string(layers.size()));
  }
  calibrate(original, calibration, samples);
  std::vector<LayerQuantReport> reports;
  for (const FlatModule& flat : flatten(original)) {
    const auto linear = exactly<Linear>(flat.module);
    if (!linear) continue;
    const std::size_t i = reports.size();
    const QuantizedLinear& layer = *layers[i].layer;
    if (layer.in_features() != linear->in_features() || layer.out_features() != linear->out_features() ||
        layer.has_relu() != calibration.places[i].relu) {
      throw Error("[compare_layers] layer " + to_string(flat.path) + " is " + linear->describe() +
                  " in the float model, and " + layer.describe() + " in the quantized one");
    }
    reports.push_back(report_layer(*linear, layer, *calibration.observers[i], calibration.inputs[i]));
    reports.back().name = to_string(flat.path);
  }
  return reports;
}

IntegerNetwork make_integer_network(const Sequential& quantized) {
  std::vector<std::shared_ptr<QuantizedLinear>> layers;
  for (const FlatModule& flat : flatten(quantized)) {
    const ModulePtr& module = flat.module;
    const auto in_the_way = [&](const std::string& why) {
      throw Error("[make_integer_network] layer " + to_string(flat.path) + ", " + module->describe() + ": " + why);
    };
    if (exactly<Flatten>(module) && layers.empty()) continue;  // rows are flat already
    if (const auto layer = exactly<QuantizedLinear>(module)) {
      if (!layer->input_qparams()) in_the_way("its input range is not calibrated; quantize with the static scheme");
      layers.push_back(layer);
    } else if (const auto chain = exactly<IntegerNetwork>(module)) {
      layers.insert(layers.end(), chain->linears().begin(), chain->linears().end());
    } else {
      in_the_way("it works on real numbers");
    }
  }
  return IntegerNetwork(layers);
}

}  // namespace tinytorch
