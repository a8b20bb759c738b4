#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

namespace tinytorch {

/// A linear classifier in double, an oracle for judgements: logits = W x + b, the gradient of the mean cross-entropy,
/// and SGD with momentum. Plain loops, one image after the other.
struct Classifier {
  std::int64_t features, classes;
  std::vector<double> weight, bias;  ///< (classes, features), (classes,)
  std::vector<double> weight_velocity = std::vector<double>(weight.size()),
                      bias_velocity = std::vector<double>(bias.size());
  std::vector<double> weight_gradient = {}, bias_gradient = {};

  std::vector<double> logits(const double* image) const {
    std::vector<double> z(bias);
    for (std::int64_t c = 0; c < classes; ++c)
      for (std::int64_t i = 0; i < features; ++i) z[index(c)] += weight[index(c * features + i)] * image[i];
    return z;
  }

  static std::int64_t largest(const std::vector<double>& z) {
    std::int64_t best = 0;
    for (std::size_t c = 1; c < z.size(); ++c)
      if (z[c] > z[index(best)]) best = static_cast<std::int64_t>(c);
    return best;
  }

  /// Whether the largest logit is so far ahead that float finds the same one.
  static bool decided(const std::vector<double>& z) {
    int close = 0;
    for (const double x : z) close += x > z[index(largest(z))] - 1e-3;
    return close == 1;
  }

  /// Cross-entropy with the target (1 - s) on the label plus s / classes everywhere.
  static double loss(const std::vector<double>& z, std::int64_t label, double smoothing) {
    double sum = 0, result = 0;
    for (const double x : z) sum += std::exp(x);
    for (std::size_t c = 0; c < z.size(); ++c)
      result -= target(static_cast<std::int64_t>(c), label, smoothing, z.size()) * (z[c] - std::log(sum));
    return result;
  }

  /// One batch: gradients, clipped to the joint norm if max_norm > 0, and the step.
  void train(const std::vector<double>& images, const std::vector<std::int64_t>& labels, double smoothing,
             double max_norm, double lr, double momentum) {
    weight_gradient.assign(weight.size(), 0);
    bias_gradient.assign(bias.size(), 0);
    const auto batch = static_cast<double>(labels.size());
    for (std::size_t row = 0; row < labels.size(); ++row) {
      const double* image = images.data() + static_cast<std::int64_t>(row) * features;
      const std::vector<double> z = logits(image);
      double sum = 0;
      for (const double x : z) sum += std::exp(x);
      for (std::int64_t c = 0; c < classes; ++c) {
        const double dz = (std::exp(z[index(c)]) / sum - target(c, labels[row], smoothing, z.size())) / batch;
        bias_gradient[index(c)] += dz;
        for (std::int64_t i = 0; i < features; ++i) weight_gradient[index(c * features + i)] += dz * image[i];
      }
    }
    double norm_squared = 0;
    for (const double g : weight_gradient) norm_squared += g * g;
    for (const double g : bias_gradient) norm_squared += g * g;
    const double factor = max_norm > 0 && std::sqrt(norm_squared) > max_norm ? max_norm / std::sqrt(norm_squared) : 1;
    step(weight, weight_gradient, weight_velocity, factor, lr, momentum);
    step(bias, bias_gradient, bias_velocity, factor, lr, momentum);
  }

 private:
  static std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }
  static double target(std::int64_t c, std::int64_t label, double smoothing, std::size_t classes) {
    return (c == label ? 1 - smoothing : 0) + smoothing / static_cast<double>(classes);
  }
  static void step(std::vector<double>& w, std::vector<double>& g, std::vector<double>& v, double factor, double lr,
                   double momentum) {
    for (std::size_t i = 0; i < w.size(); ++i) {
      g[i] *= factor;
      v[i] = momentum * v[i] + g[i];
      w[i] -= lr * v[i];
    }
  }
};

}  // namespace tinytorch
