#pragma once
#include <cstdint>
#include <memory>
#include <vector>

/// One layer of a static int8 network for a peer: out = act(scale · (W x) + bias).
struct IntegerLayer {
  std::int64_t in = 0, out = 0;
  std::vector<std::int8_t> weights;  ///< (out, in)
  std::vector<std::int32_t> bias;    ///< in the units of the sums
  std::vector<float> scales;         ///< a channel's sum to codes of the next layer, or to real numbers at the end
};

/// The network that a careful user puts together from oneDNN 2's primitives: float32 input quantized to unsigned codes
/// by a reorder, an inner product a layer with bias, scale and ReLU fused, 8-bit codes between them, float32 logits.
/// Weights are reordered once, to the layout that the library asks for; a call does nothing but execute.
class OnednnNetwork {
 public:
  OnednnNetwork(const std::vector<IntegerLayer>& layers, std::int64_t batch, float input_scale, float* input, float* logits);
  ~OnednnNetwork();
  void run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Threads of oneDNN's OpenMP.
void set_onednn_threads(int threads);
